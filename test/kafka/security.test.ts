// SASL and TLS, against the real broker's listeners; certificates are made by the JDK's keytool.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, it } from "node:test";
import { SparkConf, SparkContext } from "tspark";
import { KafkaUtils, OffsetRange } from "tspark/kafka";
import { setLogSink } from "../../src/core/log/logger.js";
import { type BrokerOptions, describeWithBroker, kafka } from "./real-broker.js";

const MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];
const STORE = "changeit";
let dir = "";

/** A key with a certificate signed by itself for 127.0.0.1, in `name.p12`; the certificate as PEM. */
function certificate(name: string): string {
  const store = [
    "-keystore",
    path.join(dir, `${name}.p12`),
    "-storetype",
    "PKCS12",
    "-storepass",
    STORE,
    "-alias",
    name,
  ];
  const key = ["-keyalg", "EC", "-groupname", "secp256r1", "-dname", `CN=${name}`, "-validity", "30"];
  execFileSync("keytool", ["-genkeypair", ...store, ...key, "-ext", "SAN=ip:127.0.0.1"], { stdio: "pipe" });
  return execFileSync("keytool", ["-exportcert", "-rfc", ...store], { encoding: "utf8", stdio: "pipe" });
}

let trusted = "";
let stranger = "";

const secured: BrokerOptions = brokerDir => {
  dir = brokerDir;
  trusted = certificate("broker");
  stranger = certificate("stranger");
  const listeners = ["SASL_PLAINTEXT", "SASL_SSL", "SSL"];
  const jaas = listeners.flatMap(listener =>
    listener.startsWith("SASL")
      ? [
          ["PLAIN", 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="wonder land";'],
          ...MECHANISMS.slice(1).map(m => [m, "org.apache.kafka.common.security.scram.ScramLoginModule required;"]),
        ].map(([mechanism, text]): [string, string] => [
          `listener.name.${listener.toLowerCase()}.${mechanism!.toLowerCase()}.sasl.jaas.config`,
          text!,
        ])
      : [],
  );
  return {
    listeners,
    format: MECHANISMS.slice(1).flatMap(m => ["--add-scram", `${m}=[name=alice,password="wonder land"]`]),
    extra: {
      "sasl.enabled.mechanisms": MECHANISMS.join(),
      ...Object.fromEntries(jaas),
      "ssl.keystore.type": "PKCS12",
      "ssl.keystore.location": path.join(dir, "broker.p12"),
      "ssl.keystore.password": STORE,
      "ssl.key.password": STORE,
    },
  };
};

describeWithBroker(
  "Kafka, secured",
  fixture => {
    let sc: SparkContext;
    const log: string[] = [];
    let restoreLog: () => void;

    before(async () => {
      restoreLog = setLogSink(line => log.push(line));
      sc = new SparkContext(
        new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false"),
      );
      await kafka.createTopic(fixture.broker.bootstrap, "secret");
    });
    after(async () => {
      await sc?.stop();
      restoreLog();
    });

    const at = (protocol: string, more: object, host = "127.0.0.1") => ({
      "bootstrap.servers": `${host}:${fixture.broker.ports[protocol]}`,
      "security.protocol": protocol,
      ...more,
    });
    let written = 0;
    /** Writes a record and reads it. */
    const roundTrip = async (params: ReturnType<typeof at>) => {
      const n = written++;
      await KafkaUtils.save(sc.parallelize([n], 1), params, value => ({ topic: "secret", value: String(value) }));
      const range = OffsetRange.create("secret", 0, n, n + 1);
      const values = await KafkaUtils.createRDD(sc, params, [range])
        .map(r => r.value)
        .collect();
      assert.deepEqual(values, [String(n)]);
    };
    const refusal = async (params: ReturnType<typeof at>) => {
      const rdd = KafkaUtils.createRDD(sc, params, [OffsetRange.create("secret", 0, 0, 1)]);
      const error = (await rdd.count().catch(e => e)) as Error & { cause?: Error & { code?: string } };
      return `${error.cause?.code}: ${error.cause?.message}`;
    };

    for (const protocol of ["SASL_PLAINTEXT", "SASL_SSL"]) {
      for (const mechanism of MECHANISMS) {
        const module = mechanism === "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        const jaas = (password: string) => ({
          "sasl.mechanism": mechanism,
          "sasl.jaas.config": `org.apache.kafka.common.security.${module} required username="alice" password="${password}";`,
          "ssl.truststore.type": "PEM",
          "ssl.truststore.certificates": trusted,
        });

        it(`${protocol} ${mechanism}: writes and reads`, () => roundTrip(at(protocol, jaas("wonder land"))));

        it(`${protocol} ${mechanism}: a wrong password is told`, async () => {
          const said = await refusal(at(protocol, jaas("looking glass")));
          assert.match(
            said,
            /^KAFKA_NOT_ALLOWED: Kafka at 127\.0\.0\.1:\d+ refused the user "alice": SASL .* authentication failed/,
          );
          assert.ok(!said.includes("looking glass"));
        });
      }
    }

    it("TLS: writes and reads; the certificate from a file", async () => {
      const pem = path.join(dir, "ca.pem");
      writeFileSync(pem, trusted);
      await roundTrip(at("SSL", { "ssl.truststore.location": pem }));
    });

    it("TLS: a certificate that nobody vouches for is told", async () => {
      const said =
        /^KAFKA_UNTRUSTED: Kafka at 127\.0\.0\.1:\d+ shows a certificate that is not accepted: self-signed certificate/;
      assert.match(await refusal(at("SSL", {})), said);
      assert.match(
        await refusal(at("SSL", { "ssl.truststore.type": "PEM", "ssl.truststore.certificates": stranger })),
        said,
      );
    });

    it("TLS: a certificate for another name is told, unless names are not compared", async () => {
      const trust = { "ssl.truststore.type": "PEM", "ssl.truststore.certificates": trusted };
      assert.match(
        await refusal(at("SSL", trust, "localhost")),
        /KAFKA_UNTRUSTED: .*localhost is not cert's CN|altnames/,
      );
      await roundTrip(at("SSL", { ...trust, "ssl.endpoint.identification.algorithm": "" }, "localhost"));
    });

    it("the wrong protocol for the port is guessed", async () => {
      const { ports, port } = fixture.broker;
      const short = { "request.timeout.ms": 1000 };
      const plain = { "bootstrap.servers": `127.0.0.1:${ports.SSL}`, ...short };
      assert.match(await refusal(plain as never), /KAFKA_UNREACHABLE: .* Does this port speak TLS\?/);
      const tls = { "bootstrap.servers": `127.0.0.1:${port}`, "security.protocol": "SSL", ...short };
      assert.match(await refusal(tls as never), /Does this port speak TLS at all\?/);
      const unnamed = { "bootstrap.servers": `127.0.0.1:${ports.SASL_PLAINTEXT}`, ...short };
      assert.match(await refusal(unnamed as never), /Does it want a user\?/);
    });

    it("no password is in the log", () => {
      assert.deepEqual(
        log.filter(line => /wonder land|looking glass/.test(line)),
        [],
      );
    });
  },
  secured,
);
