import { describe, expect, it } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import { answered, Fault, faultOf } from "../api/client";
import { useAnswer } from "./answer";

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("an answer", () => {
  it("is the newest question's, in whatever order the answers come", async () => {
    const question = ref("first");
    const waiting = { first: deferred<string>(), second: deferred<string>() };
    const signals: AbortSignal[] = [];
    const scope = effectScope();
    const answer = scope.run(() =>
      useAnswer(() => question.value as keyof typeof waiting, (asked, signal) => {
        signals.push(signal);
        return waiting[asked].promise;
      }),
    );
    question.value = "second";
    await nextTick();
    waiting.second.resolve("new");
    await nextTick();
    await nextTick();
    waiting.first.resolve("old");
    await nextTick();
    await nextTick();
    expect(answer?.data.value).toBe("new");
    expect(answer?.busy.value).toBe(false);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    scope.stop();
  });

  it("stays on the screen when the next one fails, and can be asked again", async () => {
    const question = ref(1);
    let failing = false;
    const scope = effectScope();
    const answer = scope.run(() =>
      useAnswer(() => question.value, (asked) =>
        failing ? Promise.reject(new Fault(503, "Busy", "later")) : Promise.resolve(asked * 10),
      ),
    );
    await nextTick();
    failing = true;
    question.value = 2;
    await nextTick();
    await nextTick();
    expect([answer?.data.value, answer?.fault.value?.title]).toEqual([10, "Busy"]);
    failing = false;
    answer?.retry();
    await nextTick();
    await nextTick();
    expect([answer?.data.value, answer?.fault.value]).toEqual([20, null]);
    scope.stop();
  });
});

describe("a fault", () => {
  it("says what the server said", () => {
    const fault = faultOf(422, { title: "TooFine", detail: "choose a coarser one" });
    expect([fault.status, fault.title, fault.message]).toEqual([422, "TooFine", "choose a coarser one"]);
    expect(faultOf(502, "<html>").title).toBe("");
  });

  it("has status 0 when the server cannot be reached", async () => {
    await expect(answered(Promise.reject(new TypeError("Failed to fetch")))).rejects.toMatchObject({ status: 0 });
  });
});
