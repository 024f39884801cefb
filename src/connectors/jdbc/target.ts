/** What must be known of a column's type to write its values. */
export type ColumnKind = "plain" | "bytes" | "json" | "timestamp" | "date" | { readonly arrayOf: ColumnKind };

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** As the database shows it: `character varying(20)`. */
  readonly type: string;
  readonly kind: ColumnKind;
}

/** A table that is written to; all of it can travel. */
export interface Target {
  /** Its name in SQL, with its schema and quoted. */
  readonly sql: string;
  /** Its name in messages. */
  readonly shown: string;
  readonly columns: readonly Column[];
  /** Columns that say which row a new one replaces; empty where none does. */
  readonly keys: readonly string[];
  /** The columns of every row, where the user named them: rows may be tuples. */
  readonly named: readonly string[] | undefined;
}
