import { onScopeDispose, ref, type Ref, watch } from "vue";

/** A value that has not changed for a while: the server is not asked at every step of a drag. */
export function useSettled<T>(source: () => T, delay: number): Readonly<Ref<T>> {
  const settled = ref(source()) as Ref<T>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(source, (value) => {
    clearTimeout(timer);
    // The first value that there is goes through at once.
    if (settled.value === null) settled.value = value;
    else timer = setTimeout(() => (settled.value = value), delay);
  });
  onScopeDispose(() => clearTimeout(timer));
  return settled;
}

/** True once something has been going on for longer than a person likes to wait. */
export function useSlow(source: () => boolean, delay: number): Readonly<Ref<boolean>> {
  const slow = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    source,
    (value) => {
      clearTimeout(timer);
      if (value) timer = setTimeout(() => (slow.value = true), delay);
      else slow.value = false;
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return slow;
}
