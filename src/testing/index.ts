export { ManualClock } from "../core/clock/manual-clock.js";
