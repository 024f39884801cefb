export interface UserFilesOptions {
  readonly directory: string;
  readonly api: Readonly<Record<string, unknown>>;
  readonly session: Readonly<Record<string, unknown>>;
  readonly transpileOnly: boolean;
}

export class UserFiles {
  constructor(private readonly options: UserFilesOptions) {}
  async install(): Promise<void> {
    void this.options;
  }
  async run(_file: string): Promise<string | undefined> {
    return undefined;
  }
  dispose(): void {}
}
