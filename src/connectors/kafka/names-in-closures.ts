import { addShippedModule } from "../../core/closure/protocol.js";
import { engineFunctions } from "../../core/util/engine-functions.js";
import { ConsumerRecord } from "./consumer-record.js";
import { JAVA_DESERIALIZERS } from "./deserializers.js";
import { OffsetRange } from "./offset-range.js";
import {
  ByteArraySerializer,
  DoubleSerializer,
  IntegerSerializer,
  LongSerializer,
  StringSerializer,
} from "./producer/serializers.js";

// What a closure may use of the connector travels by name: `offsetRanges[TaskContext.getPartitionId()]`, most of all.
engineFunctions("kafka", {
  ConsumerRecord,
  OffsetRange,
  ...JAVA_DESERIALIZERS,
  ByteArraySerializer,
  DoubleSerializer,
  IntegerSerializer,
  LongSerializer,
  StringSerializer,
});
addShippedModule(import.meta.url);
