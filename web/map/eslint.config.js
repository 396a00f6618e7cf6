import vue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "src/api/schema.d.ts"] },
  ...tseslint.configs.strict,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      "max-lines": ["error", 400],
      "no-console": "error",
      eqeqeq: "error",
      // Layout of the template is a matter for the eye, not for an error list.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-self-closing": ["error", { html: { void: "always" } }],
      "vue/multi-word-component-names": "off",
    },
  },
  {
    // Only the map folder knows the map library.
    files: ["src/**/*.{ts,vue}"],
    ignores: ["src/map/**"],
    rules: { "no-restricted-imports": ["error", { patterns: ["ol", "ol/*"] }] },
  },
  { files: ["scripts/**/*.mjs"], languageOptions: { globals: { process: "readonly" } } },
);
