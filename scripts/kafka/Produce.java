import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records with Java's own producer, so that what tspark reads was written by somebody else.
 *
 * Record i of --records N: key "k" + i % keys, value "i:" filled up to --size bytes, partition by the key, timestamp
 * --timestamp + i when given. Without --records: a line of standard input is a value, or key TAB value.
 * Any --producer.NAME VALUE is passed to the producer as NAME. With --transaction-size N every N records are one
 * transaction, and every second one is aborted when --abort is given.
 */
public final class Produce {
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) options.put(args[i].substring(2), args[i + 1]);

    Properties producer = new Properties();
    producer.put("bootstrap.servers", options.get("bootstrap"));
    producer.put("compression.type", options.getOrDefault("compression", "none"));
    producer.put("key.serializer", ByteArraySerializer.class.getName());
    producer.put("value.serializer", ByteArraySerializer.class.getName());
    producer.put("linger.ms", "20");
    producer.put("batch.size", "131072");
    int perTransaction = Integer.parseInt(options.getOrDefault("transaction-size", "0"));
    if (perTransaction > 0) producer.put("transactional.id", "produce-" + ProcessHandle.current().pid());
    for (Map.Entry<String, String> o : options.entrySet()) {
      if (o.getKey().startsWith("producer.")) producer.put(o.getKey().substring(9), o.getValue());
    }

    try (KafkaProducer<byte[], byte[]> out = new KafkaProducer<>(producer)) {
      long sent =
          options.containsKey("records")
              ? generated(out, options, perTransaction, options.containsKey("abort"))
              : lines(out, options.get("topic"));
      out.flush();
      if (failure.get() != null) throw failure.get();
      System.out.println("{\"records\":" + sent + "}");
    }
  }

  private static final AtomicReference<Exception> failure = new AtomicReference<>();

  private static void send(KafkaProducer<byte[], byte[]> out, ProducerRecord<byte[], byte[]> record) throws Exception {
    if (failure.get() != null) throw failure.get();
    out.send(record, (metadata, error) -> failure.compareAndSet(null, error));
  }

  private static long generated(
      KafkaProducer<byte[], byte[]> out, Map<String, String> options, int perTransaction, boolean abort) throws Exception {
    String topic = options.get("topic");
    long records = Long.parseLong(options.get("records"));
    long from = Long.parseLong(options.getOrDefault("from", "0"));
    long keys = Long.parseLong(options.getOrDefault("keys", "1000"));
    int size = Integer.parseInt(options.getOrDefault("size", "100"));
    Long timestamp = options.containsKey("timestamp") ? Long.valueOf(options.get("timestamp")) : null;
    byte[] filler = "abcdefghijklmnopqrstuvwxyz".repeat(size / 26 + 1).getBytes(StandardCharsets.US_ASCII);
    if (perTransaction > 0) out.initTransactions();
    for (long i = from; i < from + records; i++) {
      if (perTransaction > 0 && (i - from) % perTransaction == 0) out.beginTransaction();
      byte[] number = (i + ":").getBytes(StandardCharsets.US_ASCII);
      byte[] value = new byte[Math.max(size, number.length)];
      System.arraycopy(filler, 0, value, 0, value.length);
      System.arraycopy(number, 0, value, 0, number.length);
      byte[] key = ("k" + i % keys).getBytes(StandardCharsets.US_ASCII);
      send(out, new ProducerRecord<>(topic, null, timestamp == null ? null : timestamp + i, key, value));
      if (perTransaction > 0 && ((i - from + 1) % perTransaction == 0 || i == from + records - 1)) {
        out.flush();
        if (abort && ((i - from) / perTransaction) % 2 == 1) out.abortTransaction();
        else out.commitTransaction();
      }
    }
    return records;
  }

  private static long lines(KafkaProducer<byte[], byte[]> out, String topic) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    long sent = 0;
    for (String line; (line = in.readLine()) != null; sent++) {
      int tab = line.indexOf('\t');
      byte[] key = tab < 0 ? null : line.substring(0, tab).getBytes(StandardCharsets.UTF_8);
      send(out, new ProducerRecord<>(topic, key, line.substring(tab + 1).getBytes(StandardCharsets.UTF_8)));
    }
    return sent;
  }
}
