package parley;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Parley's updates in Java, each once: prints one line of JSON for each.
 *
 * <pre>java parley.Updates --bootstrap localhost:9092 --group my-desk --family peace-talks --significance major</pre>
 *
 * Filters: --family, --kind, --stage, --significance (one value), --process, --country (one of the update's several).
 * Others: --prefix (of all topics), --until-idle-ms (ends when nothing came for so long; default: never).
 */
public final class Updates {
    /** What an update has one of, as CloudEvents extensions: no update is parsed that a filter refuses. */
    private static final List<String> SINGLE = List.of("family", "kind", "stage", "significance");

    /** What it may have several of, with commas between; the option's name and the extension's. */
    private static final Map<String, String> SEVERAL = Map.of("process", "processes", "country", "countries");

    private static final String FOR_EVER = String.valueOf(Duration.ofDays(36_500).toMillis());

    /** How many records before the group's offset are looked at for what was handled already. */
    private static final long LOOK_BACK = 10_000;

    private final Map<String, String> options;
    private final Map<String, Long> handled = new HashMap<>();
    private final Map<TopicPartition, Long> known = new HashMap<>();
    private final ObjectMapper json = new ObjectMapper();

    private Updates(Map<String, String> options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int at = 0; at + 1 < arguments.length; at += 2) {
            options.put(arguments[at].replaceFirst("^--", ""), arguments[at + 1]);
        }
        new Updates(options).run();
    }

    private void run() throws Exception {
        Duration idle = Duration.ofMillis(Long.parseLong(options.getOrDefault("until-idle-ms", FOR_EVER)));
        Pattern topics = Pattern.compile(Pattern.quote(options.getOrDefault("prefix", "")) + "events\\.[a-z-]+");
        try (KafkaConsumer<String, CloudEvent> consumer = new KafkaConsumer<>(settings())) {
            consumer.subscribe(topics, new LookBack(consumer));
            long last = System.nanoTime();
            while (System.nanoTime() - last < idle.toNanos()) {
                try {
                    for (ConsumerRecord<String, CloudEvent> record : consumer.poll(Duration.ofMillis(200))) {
                        handle(record);
                        last = System.nanoTime();
                    }
                    // Only now: what was printed before a crash may come again, what was not is never lost.
                    commit(consumer);
                    last = consumer.assignment().isEmpty() ? System.nanoTime() : last; // still joining
                } catch (RecordDeserializationException error) {
                    System.err.println("no CloudEvent at " + error.topicPartition() + " " + error.offset());
                    consumer.seek(error.topicPartition(), error.offset() + 1);
                }
            }
        }
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, options.getOrDefault("bootstrap", "localhost:9092"));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, options.getOrDefault("group", "java-updates"));
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class.getName());
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, CloudEventDeserializer.class.getName());
        // Without it, updates of a transaction that is given up afterwards would be read as well.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        return settings;
    }

    /** A thread's updates are numbered 1, 2, 3 …; all of a thread are on one partition, in order. */
    private void handle(ConsumerRecord<String, CloudEvent> record) throws Exception {
        CloudEvent update = record.value();
        long seq = Long.parseLong(extension(update, "seq"));
        if (seq <= handled.getOrDefault(update.getSubject(), 0L)) {
            return; // at-least-once delivery may repeat an update, with the same id and number
        }
        handled.put(update.getSubject(), seq);
        boolean handledBefore = record.offset() < known.get(new TopicPartition(record.topic(), record.partition()));
        if (!handledBefore && wanted(update)) {
            print(update, seq);
        }
    }

    /** The group's offsets after what was handled; never back into what was only looked at again. */
    private void commit(KafkaConsumer<String, CloudEvent> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            offsets.put(partition, new OffsetAndMetadata(Math.max(consumer.position(partition), known.get(partition))));
        }
        consumer.commitSync(offsets);
    }

    private boolean wanted(CloudEvent update) {
        return SINGLE.stream().allMatch(name -> !options.containsKey(name) || options.get(name).equals(extension(update, name)))
            && SEVERAL.entrySet().stream().allMatch(each -> !options.containsKey(each.getKey())
                || Arrays.asList(extension(update, each.getValue()).split(",")).contains(options.get(each.getKey())));
    }

    private static String extension(CloudEvent update, String name) {
        Object value = update.getExtension(name);
        return value == null ? "" : value.toString();
    }

    private void print(CloudEvent update, long seq) throws Exception {
        JsonNode data = json.readTree(update.getData().toBytes());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", update.getId());
        line.put("type", update.getType());
        line.put("thread", update.getSubject());
        line.put("seq", seq);
        line.put("headline", data.path("headlines").path("en").asText());
        System.out.println(json.writeValueAsString(line));
    }

    /**
     * Reads the last records before the group's offset again when partitions are assigned, so that a restarted program
     * knows the highest number of each thread and needs no store of its own.
     */
    private final class LookBack implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, CloudEvent> consumer;

        private LookBack(KafkaConsumer<String, CloudEvent> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
            for (TopicPartition partition : partitions) {
                known.put(partition, consumer.position(partition));
                consumer.seek(partition, Math.max(first.get(partition), known.get(partition) - LOOK_BACK));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            known.keySet().removeAll(partitions);
        }
    }
}
