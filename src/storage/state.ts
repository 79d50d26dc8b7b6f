/** What the page and `/dev/storage` are told of a journal. */
export interface StoreState {
  readonly state: 'saved' | 'saving' | 'failed' | 'read-only';
  /** Bytes of content not yet flushed. */
  readonly unsaved: number;
  /** Milliseconds since 1970; 0 before the first. */
  readonly savedAt: number;
  /** When the last sync was on disk; 0 before the first. */
  readonly syncedAt: number;
  readonly reason?: string;
}
