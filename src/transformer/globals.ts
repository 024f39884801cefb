/**
 * Names that every thread has by itself: the language's and Node's globals, and the helpers of emitted text. An
 * undeclared name that is not one of them (a global of the program's own) is captured like a variable.
 */
export const GLOBALS: ReadonlySet<string> = new Set(
  [
    "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date",
    "DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity Int16Array",
    "Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect",
    "RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array",
    "Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly decodeURI decodeURIComponent encodeURI",
    "encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined unescape",
    "AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream",
    "CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventSource EventTarget File",
    "FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry PerformanceMark",
    "PerformanceMeasure PerformanceObserver ReadableStream Request Response Storage SubtleCrypto TextDecoder",
    "TextDecoderStream TextEncoder TextEncoderStream TransformStream URL URLSearchParams WebSocket WritableStream atob",
    "btoa clearImmediate clearInterval clearTimeout console crypto fetch global navigator performance process",
    "queueMicrotask setImmediate setInterval setTimeout structuredClone",
    "__tspark_mark __tspark_members __tspark_import __tspark_meta",
  ]
    .join(" ")
    .split(" "),
);
