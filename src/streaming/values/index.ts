import { addShippedModule } from "../../core/closure/protocol.js";
import { engineFunctions } from "../../core/util/engine-functions.js";
import { Duration, Milliseconds, Minutes, Seconds } from "../duration.js";
import { Time } from "../time.js";
// What workers make of the plans of states and windows.
import "../plan/named-function-node.js";

// The words of streams that a closure may use: they travel by name. A file of its own, which is all that workers load of
// streaming.
engineFunctions("streaming", { Duration, Milliseconds, Minutes, Seconds, Time });
addShippedModule(import.meta.url);
