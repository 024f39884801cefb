// What tests and benchmarks import: a real broker, its topics, and a producer that is not ours.
export { isRunning, readState, startKafka, stopKafka } from "./broker.mjs";
export { whyNoKafka } from "./jars.mjs";
export { produce } from "./produce.mjs";
export { addPartitions, createTopic, deleteRecords, deleteTopic, leadersOf, listTopics, send } from "./topic.mjs";
