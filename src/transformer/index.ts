/// <reference types="node" preserve="true" />
// `tspark/transformer`: for build tools, so that the closures of what they build travel to worker threads as those of the
// shell do. Without it V8's inspector reads what a closure captures, which takes some milliseconds a closure.
export { type EsbuildPlugin, esbuildPlugin, type PluginOptions, type VitePlugin, vitePlugin } from "./plugins.js";
export { type Transformed, type TransformOptions, transform } from "./transform.js";
export { closureTransformer, type TransformerOptions } from "./transformer.js";
