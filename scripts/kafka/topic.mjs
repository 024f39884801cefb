// Topics of a broker, through kafkajs's admin client.
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

/** Creates `topic`; `false` when it is there already. */
export const createTopic = (bootstrap, topic, { partitions = 1, replicas = 1, config = {} } = {}) =>
  withAdmin(bootstrap, admin =>
    admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value: String(value) })),
        },
      ],
    }),
  );

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

/** `{ topic, partitions: [{ partition, low, high }] }` of every topic that is not internal. */
export const listTopics = bootstrap =>
  withAdmin(bootstrap, async admin => {
    const names = (await admin.listTopics()).filter(name => !name.startsWith("__")).sort();
    const listed = [];
    for (const topic of names) {
      const offsets = await admin.fetchTopicOffsets(topic);
      const partitions = offsets.map(o => ({ partition: o.partition, low: Number(o.low), high: Number(o.high) }));
      listed.push({ topic, partitions: partitions.sort((a, b) => a.partition - b.partition) });
    }
    return listed;
  });
