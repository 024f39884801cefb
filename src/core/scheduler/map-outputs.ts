/** What is there of the map side of a shuffle. It lives as long as the shuffle; stages come and go with the jobs that need it. */
export class MapOutputs {
  /** The map partitions whose output is in the shuffle store. */
  readonly done = new Set<number>();

  constructor(private readonly total: number) {}

  /** Whether all outputs are there. */
  get available(): boolean {
    return this.done.size >= this.total;
  }
}
