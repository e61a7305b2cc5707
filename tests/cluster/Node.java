// One node of OpenSearch for tests, in a process of its own: it can be killed like a real one and started again on its data.
//
// Every argument is a setting of OpenSearch, `node.name=one`; `path.home` must be among them. Prints one line when it has
// joined a cluster and answers. Ends at once when its standard input does, so that a test that is killed leaves no node
// behind; with `-Dnode.forget=true` its folder goes too, and the one around it when that is empty then.
// May not listen anywhere but on this machine.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

public final class Node extends org.opensearch.node.Node {
  /** What every node of the tests has; an argument takes its place. */
  private static final Map<String, String> SETTINGS = Map.of(
      "network.host", "127.0.0.1",
      // Tests run on disks that are nearly full, too.
      "cluster.routing.allocation.disk.threshold_enabled", "false",
      // An index that nobody made is a mistake of ours, not an index.
      "action.auto_create_index", "false",
      // A node that is gone without a word is noticed within ten seconds, yet not for one long pause on a busy machine.
      "cluster.fault_detection.follower_check.timeout", "3s",
      "cluster.fault_detection.leader_check.timeout", "3s",
      "cluster.publish.timeout", "10s",
      "cluster.follower_lag.timeout", "30s");

  private Node(Settings settings) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
        List.of(
            Netty4Plugin.class,
            CommonAnalysisPlugin.class,
            MapperExtrasPlugin.class,
            PainlessPlugin.class,
            ReindexPlugin.class),
        false);
  }

  public static void main(String[] arguments) throws Exception {
    Settings.Builder builder = Settings.builder();
    SETTINGS.forEach(builder::put);
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      builder.put(parts[0], parts[1]);
    }
    Settings settings = builder.build();
    Path home = Path.of(settings.get("path.home"));
    Thread watch = new Thread(() -> endWithInput(home), "input");
    watch.setDaemon(true);
    watch.start();
    Node node = new Node(settings);
    node.start();
    System.out.println(settings.get("node.name") + " answers at port " + settings.get("http.port"));
    Thread.currentThread().join();
  }

  private static void endWithInput(Path home) {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException closed) {
      // As good as its end.
    }
    if (Boolean.getBoolean("node.forget")) {
      forget(home);
    }
    // The node is not closed before, which takes seconds: what it has in memory is of no use to anybody any more.
    System.exit(0);
  }

  private static void forget(Path home) {
    // What is still written meanwhile is gone at the second or third try.
    for (int attempt = 0; attempt < 3 && Files.exists(home); attempt++) {
      try (Stream<Path> paths = Files.walk(home)) {
        paths.sorted(Comparator.reverseOrder()).forEach(Node::delete);
      } catch (IOException | RuntimeException changed) {
        continue;
      }
    }
    delete(home.getParent());
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException held) {
      // Not empty yet, or not ours.
    }
  }

  @Override
  protected void configureNodeAndClusterIdStateListener(org.opensearch.cluster.service.ClusterService service) {
    // The ids would only be written into the pattern of a log that is not kept.
  }
}
