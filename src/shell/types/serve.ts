import type { LanguageTypeService } from "./language-type-service.js";
import { lineReader, type ServiceCall, type ServiceReply } from "./protocol.js";

/**
 * Answers calls from `input` on `output`, one after the other, until `input` ends. The service may have been made before,
 * in a start-up snapshot.
 */
export function serve(
  service: LanguageTypeService,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  end: () => void,
): void {
  let queue = Promise.resolve();
  input.setEncoding("utf8");
  input.on(
    "data",
    lineReader(line => {
      const call = JSON.parse(line) as ServiceCall;
      queue = queue.then(async () => {
        let reply: ServiceReply;
        try {
          reply = { id: call.id, result: await answer(service, call) };
        } catch (error) {
          reply = { id: call.id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
        }
        output.write(`${JSON.stringify(reply)}\n`);
      });
    }),
  );
  input.on("end", end);
  input.on("error", end);
}

async function answer(service: LanguageTypeService, call: ServiceCall): Promise<unknown> {
  switch (call.op) {
    case "compile": {
      const reply = await service.compile(...call.args);
      return reply.status === "compiled" ? { ...reply, checked: service.pendingText } : reply;
    }
    case "commit":
      await service.commit(...call.args);
      return service.committedText;
    case "completeness":
      return service.completeness(...call.args);
    case "statementEnds":
      return service.statementEnds(...call.args);
    case "typeOf":
      return service.typeOf(...call.args);
    case "complete":
      return service.complete(...call.args);
    case "doc":
      return service.doc(...call.args);
    case "reset":
      return service.reset();
    case "restore":
      return service.restore(...call.args);
  }
}
