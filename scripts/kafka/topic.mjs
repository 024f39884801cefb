// Topics of a broker, through kafkajs's admin client.
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs from "kafkajs";

const client = bootstrap =>
  new kafkajs.Kafka({
    clientId: "tspark-scripts",
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
    // A broker that has just opened its port may still be catching up with its controller.
    retry: { initialRetryTime: 100, retries: 8 },
  });

async function withAdmin(bootstrap, use) {
  const admin = client(bootstrap).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Creates `topic`; `false` when it is there already. `assignment` says which brokers hold each partition, the leader first. */
export const createTopic = (bootstrap, topic, { partitions = 1, replicas = 1, assignment, config = {} } = {}) =>
  withAdmin(bootstrap, async admin => {
    const made = await admin.createTopics({
      // It gives up when a broker has not heard of the new topic yet.
      waitForLeaders: false,
      topics: [
        {
          topic,
          ...(assignment
            ? { replicaAssignment: assignment.map((brokers, partition) => ({ partition, replicas: brokers })) }
            : { numPartitions: partitions, replicationFactor: replicas }),
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value: String(value) })),
        },
      ],
    });
    await leaders(admin, topic, assignment?.length ?? partitions);
    // Only who leads a partition tells its offsets: what is sent before is refused, and sent twice in the end.
    await offsetsOf(admin, topic);
    return made;
  });

/** Waits until the brokers know who leads each of `count` partitions: `[partition, broker]`, in order. */
async function leaders(admin, topic, count) {
  for (let tries = 0; ; tries++) {
    try {
      const [found] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
      const known = found.partitions.filter(p => p.partitionErrorCode === 0 && p.leader >= 0);
      if (known.length >= count) return known.map(p => [p.partitionId, p.leader]).sort((a, b) => a[0] - b[0]);
    } catch (error) {
      if (tries > 200) throw error;
    }
    if (tries > 200) throw new Error(`topic ${topic} has no leaders`);
    await sleep(50);
  }
}

/** Which broker leads each partition of `topic`, in order. */
export const leadersOf = (bootstrap, topic, count = 1) =>
  withAdmin(bootstrap, async admin => (await leaders(admin, topic, count)).map(([, leader]) => leader));

/** Gives `topic` more partitions: `count` in all. */
export const addPartitions = (bootstrap, topic, count) =>
  withAdmin(bootstrap, async admin => {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    await leaders(admin, topic, count);
  });

/** Deletes the records of a partition before `offset`, as retention would. */
export const deleteRecords = (bootstrap, topic, partition, offset) =>
  withAdmin(bootstrap, async admin => {
    // It loads what is known of the topic, which the next request does not.
    await offsetsOf(admin, topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });

export const deleteTopic = (bootstrap, topic) => withAdmin(bootstrap, admin => admin.deleteTopics({ topics: [topic] }));

/** Writes a few messages, `{ key, value, headers, partition }` each, without waiting for Java to start. */
export async function send(bootstrap, topic, messages) {
  const producer = client(bootstrap).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}

/** The offsets of a topic's partitions. A broker that is about to lead one, by its own metadata, may still say that it does not. */
async function offsetsOf(admin, topic) {
  for (let tries = 0; ; tries++) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if (!error.retriable || tries > 200) throw error;
    }
    await sleep(50);
  }
}

/** `{ topic, partitions: [{ partition, low, high }] }` of every topic that is not internal. */
export const listTopics = bootstrap =>
  withAdmin(bootstrap, async admin => {
    const names = (await admin.listTopics()).filter(name => !name.startsWith("__")).sort();
    const listed = [];
    for (const topic of names) {
      const offsets = await offsetsOf(admin, topic);
      const partitions = offsets.map(o => ({ partition: o.partition, low: Number(o.low), high: Number(o.high) }));
      listed.push({ topic, partitions: partitions.sort((a, b) => a.partition - b.partition) });
    }
    return listed;
  });
