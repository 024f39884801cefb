declare const __TSPARK_VERSION__: string;

/** tspark's own version, `0.1.0`: what `sc.version` and `spark.version` say. Put in by the build. */
export const VERSION: string = __TSPARK_VERSION__;
