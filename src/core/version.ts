declare const __TSPARK_VERSION__: string;

/** tspark's own version, put in by the build. */
export const VERSION: string = __TSPARK_VERSION__;
