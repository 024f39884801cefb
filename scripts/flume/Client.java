import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flume.Event;
import org.apache.flume.api.RpcClient;
import org.apache.flume.api.RpcClientFactory;
import org.apache.flume.event.EventBuilder;

/**
 * Sends events with Flume's own RPC client, as it is told on standard input, a line a command:
 *
 * <pre>
 *   ID open NAME SETTING=VALUE...            a client, with settings of RpcClientFactory
 *   ID set NAME SETTING=VALUE...             the same, which connects when it loads
 *   ID append NAME body=TEXT header.KEY=TEXT...
 *   ID batch NAME from=N count=N size=BYTES  events "N:xxx…" with the header i=N, in one call
 *   ID load NAME from=N count=N size=BYTES batch=N   all of them; a batch that failed is sent again over a new connection
 *   ID close NAME
 * </pre>
 *
 * Values are URL-encoded. The answers are "ID ok KEY=VALUE..." or "ID failed WHY". Commands of one name run one after the
 * other, those of different names at a time.
 */
public final class Client {
  private static final Map<String, ExecutorService> threads = new ConcurrentHashMap<>();
  private static final Map<String, Properties> settings = new ConcurrentHashMap<>();
  private static final Map<String, RpcClient> clients = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      String[] words = line.split(" ");
      Map<String, String> values = new HashMap<>();
      for (int i = 3; i < words.length; i++) {
        String[] parts = words[i].split("=", 2);
        values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
      threads
          .computeIfAbsent(words[2], name -> Executors.newSingleThreadExecutor())
          .execute(() -> answer(words[0], words[1], words[2], values));
    }
    System.exit(0);
  }

  private static void answer(String id, String command, String name, Map<String, String> values) {
    String answer;
    try {
      answer = "ok " + run(command, name, values);
    } catch (Exception error) {
      Throwable cause = error;
      while (cause.getCause() != null) cause = cause.getCause();
      answer = "failed " + (error + ": " + cause).replace('\n', ' ');
    }
    synchronized (System.out) {
      System.out.println(id + " " + answer);
    }
  }

  private static String run(String command, String name, Map<String, String> values) throws Exception {
    switch (command) {
      case "set":
      case "open":
        Properties properties = new Properties();
        properties.putAll(values);
        settings.put(name, properties);
        if (command.equals("open")) open(name);
        return "";
      case "append":
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, String> value : values.entrySet()) {
          if (value.getKey().startsWith("header.")) headers.put(value.getKey().substring(7), value.getValue());
        }
        clients.get(name).append(EventBuilder.withBody(values.get("body"), StandardCharsets.UTF_8, headers));
        return "";
      case "batch":
        clients.get(name).appendBatch(events(number(values, "from"), number(values, "count"), number(values, "size")));
        return "";
      case "load":
        return load(name, values);
      case "close":
        clients.remove(name).close();
        return "";
      default:
        throw new IllegalArgumentException("no command " + command);
    }
  }

  private static void open(String name) throws Exception {
    clients.put(name, RpcClientFactory.getInstance(settings.get(name)));
  }

  private static String load(String name, Map<String, String> values) throws Exception {
    int from = number(values, "from");
    int until = from + number(values, "count");
    int batch = number(values, "batch");
    int failures = 0;
    long begin = System.nanoTime();
    for (int at = from; at < until; ) {
      int count = Math.min(batch, until - at);
      try {
        if (!clients.containsKey(name)) open(name);
        clients.get(name).appendBatch(events(at, count, number(values, "size")));
        at += count;
      } catch (Exception error) {
        failures++;
        if (failures > 1000) throw error;
        RpcClient client = clients.remove(name);
        if (client != null) client.close();
        Thread.sleep(20);
      }
    }
    return "failures=" + failures + " ms=" + (System.nanoTime() - begin) / 1_000_000;
  }

  private static List<Event> events(int from, int count, int size) {
    List<Event> events = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      byte[] number = (i + ":").getBytes(StandardCharsets.UTF_8);
      byte[] body = Arrays.copyOf(number, Math.max(size, number.length));
      Arrays.fill(body, number.length, body.length, (byte) 'x');
      Map<String, String> headers = new HashMap<>();
      headers.put("i", String.valueOf(i));
      events.add(EventBuilder.withBody(body, headers));
    }
    return events;
  }

  private static int number(Map<String, String> values, String name) {
    return Integer.parseInt(values.get(name));
  }

  private Client() {}
}
