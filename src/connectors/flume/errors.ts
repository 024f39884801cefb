import { defineErrors } from "../../core/errors/define-errors.js";
import { InputOutputError } from "../../core/errors/spark-error.js";

/** Every error of the Flume connector. */
export const E = defineErrors("flume", {
  FLUME_CANNOT_LISTEN: {
    base: InputOutputError,
    message: (address: string, why: string) => `A Flume stream cannot listen at ${address}: ${why}`,
    doc: "The address of `FlumeUtils.createStream` is taken by another program, is none of this machine, or may not be used. It is tried again after `spark.streaming.receiverRestartDelay`.",
  },
  FLUME_NOT_AVRO: {
    base: InputOutputError,
    message: (peer: string, what: string, guess: string) =>
      `What ${peer} sends is no Avro RPC: ${what}. The connection was closed.${guess}`,
    doc: "Something that is no Avro sink or RPC client connected to the port of a Flume stream, or one whose compression or encryption the stream does not have.",
  },
  FLUME_REQUEST_TOO_LARGE: {
    base: InputOutputError,
    message: (peer: string, bytes: number, limit: number) =>
      `A batch of ${peer} has ${bytes} bytes or more: a Flume stream takes at most ${limit}. The connection was closed, and the same events come again: lower batch-size in the agent's sink (maxBatchSize of a polling stream), or raise spark.tspark.streaming.flume.maxRequest.`,
    doc: "A batch of a Flume agent is larger than the stream keeps in memory for one connection.",
  },
  FLUME_TOO_MANY_CONNECTIONS: {
    base: InputOutputError,
    message: (peer: string, most: number) =>
      `${peer} was turned away: a Flume stream takes ${most} connection${most === 1 ? "" : "s"} at a time, and they are there. It comes again with its events. End those that are not needed, or raise spark.tspark.streaming.flume.maxConnections.`,
    doc: "More agents and clients are connected to a Flume stream than it takes at a time.",
  },
  FLUME_BAD_REQUEST: {
    base: InputOutputError,
    message: (peer: string, what: string) =>
      `What ${peer} sent does not hold what its protocol says: ${what}. The connection was closed. Is it Flume that connects there?`,
    doc: "The bytes of an Avro RPC request, or of an answer, end too early or are no value of their type.",
  },
  FLUME_SINK_FAILED: {
    base: InputOutputError,
    message: (peer: string, why: string) => `Spark's sink at ${peer} gave no events: ${why}`,
    doc: "A polling stream was refused a batch: the agent is ending, or its channel failed. It asks again.",
  },
  FLUME_OTHER_PROTOCOL: {
    base: InputOutputError,
    message: (peer: string, theirs: string, ours: string) =>
      `${peer} speaks the Avro protocol ${theirs}: a stream of this kind speaks ${ours}. The connection was closed. createStream is for Avro sinks and Flume's RPC clients, createPollingStream for Spark's sink.`,
    doc: "An Avro client, or server, of another protocol is at the other end of a Flume stream.",
  },
});
