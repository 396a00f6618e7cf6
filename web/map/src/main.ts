import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/el-popper.css";
import "element-plus/theme-chalk/el-switch.css";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/element.css";
import "./styles/base.css";
import "./styles/print.css";
import { createApp } from "vue";
import App from "./App.vue";
import { createWords } from "./i18n";
import { createPreferences } from "./state/preferences";

const preferences = createPreferences();
createApp(App, { preferences }).use(createWords(preferences.locale.value)).mount("#app");
