/** The only door to the server: typed by its own description, and one shape for what went wrong. */

import createClient from "openapi-fetch";
import type { paths } from "./schema";

export const client = createClient<paths>({ baseUrl: "/" });

/** Why there is no answer: the server refused (RFC 9457), or could not be reached. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    /** 0 where no answer came at all. */
    readonly status: number,
    /** The server's word for it, such as TooFine; empty where it said none. */
    readonly title: string,
    detail: string,
  ) {
    super(detail);
  }
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of a reply; throws a Fault. An abort is passed on as it is. */
export async function answered<T>(asked: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>;
  try {
    reply = await asked;
  } catch (reason) {
    if (isAbort(reason)) throw reason;
    throw new Fault(0, "", reason instanceof Error ? reason.message : String(reason));
  }
  if (reply.response.ok && reply.data !== undefined) return reply.data;
  throw faultOf(reply.response.status, reply.error);
}

export function faultOf(status: number, body: unknown): Fault {
  if (typeof body === "object" && body !== null) {
    const { title, detail } = body as { title?: unknown; detail?: unknown };
    if (typeof title === "string") return new Fault(status, title, typeof detail === "string" ? detail : "");
  }
  return new Fault(status, "", "");
}

export function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === "AbortError";
}
