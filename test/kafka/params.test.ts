import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LongDeserializer, StringDeserializer } from "../../src/connectors/kafka/deserializers.js";
import { readKafkaParams } from "../../src/connectors/kafka/params.js";

const minimal = { "bootstrap.servers": "127.0.0.1:9092" };

describe("kafkaParams", () => {
  it("have Kafka's defaults", () => {
    const { connection, fetch, ...rest } = readKafkaParams(minimal);
    assert.deepEqual(rest, {
      groupId: undefined,
      offsetReset: "latest",
      autoCommit: false,
      metadataMaxAgeMs: 30_000,
      keyDeserializer: StringDeserializer,
      valueDeserializer: StringDeserializer,
    });
    assert.deepEqual(connection, {
      brokers: ["127.0.0.1:9092"],
      clientId: "tspark",
      requestTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      patienceMs: 60_000,
      readCommitted: false,
      tls: undefined,
      sasl: undefined,
    });
    assert.equal(fetch.checkCrcs, true);
  });

  it("take numbers and booleans as such or as text, and lists with commas", () => {
    const { connection, fetch } = readKafkaParams({
      "bootstrap.servers": "a:1, b:2",
      "request.timeout.ms": "500",
      "isolation.level": "read_committed",
      "check.crcs": "false",
      "max.partition.fetch.bytes": 1000,
      "max.poll.records": 5,
    });
    assert.deepEqual(connection.brokers, ["a:1", "b:2"]);
    assert.equal(connection.requestTimeoutMs, 500);
    assert.equal(connection.connectTimeoutMs, 500);
    assert.equal(connection.readCommitted, true);
    assert.equal(fetch.checkCrcs, false);
    assert.equal(fetch.maxPartitionBytes, 1000);
  });

  it("take functions as deserializers, or the names of Java's classes", () => {
    const parse = (bytes: Buffer | null) => Number(bytes);
    const settings = readKafkaParams({
      ...minimal,
      "key.deserializer": "org.apache.kafka.common.serialization.LongDeserializer",
      "value.deserializer": parse,
    });
    assert.equal(settings.keyDeserializer, LongDeserializer);
    assert.equal(settings.valueDeserializer, parse);
  });

  it("take user and password from the JAAS line or by themselves", () => {
    const secured = { ...minimal, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256" };
    const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="ann" password="a\\"b;c";';
    const expected = { mechanism: "scram-sha-256", username: "ann", password: 'a"b;c' };
    assert.deepEqual(readKafkaParams({ ...secured, "sasl.jaas.config": jaas }).connection.sasl, expected);
    const plain = { ...secured, "sasl.username": "ann", "sasl.password": 'a"b;c' };
    assert.deepEqual(readKafkaParams(plain).connection.sasl, expected);
  });

  it("take certificates as PEM text, and an empty algorithm as: do not compare the host", () => {
    const { tls } = readKafkaParams({
      ...minimal,
      "security.protocol": "SSL",
      "ssl.truststore.type": "PEM",
      "ssl.truststore.certificates": "CA",
      "ssl.endpoint.identification.algorithm": "",
    }).connection;
    assert.equal(tls?.ca, "CA");
    assert.equal(tls?.checkHostname, false);
  });

  for (const [params, message] of [
    [{}, /lacks "bootstrap.servers"/],
    [{ "bootstrap.servers": "localhost" }, /"localhost": it takes host:port/],
    [{ ...minimal, "group-id": "g" }, /has "group-id".* Did you mean "group.id"\?/],
    [{ ...minimal, "auto.offset.reset": "first" }, /"auto.offset.reset"\] is "first": it takes latest, earliest, none/],
    [{ ...minimal, "request.timeout.ms": "1s" }, /"request.timeout.ms"\] is "1s": it takes a whole number/],
    [
      { ...minimal, "max.poll.records": "many" },
      /"max.poll.records"\] is "many": it takes a whole number of at least 1/,
    ],
    [{ ...minimal, "enable.metrics.push": "no" }, /"enable.metrics.push"\] is "no": it takes true or false/],
    [{ ...minimal, "enable.auto.commit": "yes" }, /it takes true or false/],
    [{ ...minimal, "value.deserializer": "org.example.Mine" }, /"value.deserializer"\].*it takes a function/],
    [{ ...minimal, "security.protocol": "SASL_SSL" }, /lacks "sasl.jaas.config"/],
    [{ ...minimal, "security.protocol": "SSL", "ssl.truststore.location": "/x.jks" }, /only PEM can be read/],
  ] as const) {
    it(`are refused: ${JSON.stringify(params)}`, () => {
      assert.throws(() => readKafkaParams(params as unknown as { "bootstrap.servers": string }), {
        name: "IllegalArgumentError",
        message,
      });
    });
  }
});
