/** Notes that storage is told while the answer goes out already: nobody waits for one but who ends the application. */
export class NotesUnderWay {
  private readonly notes = new Set<Promise<void>>();

  /** @param note has told of its failure by itself: it never rejects */
  add(note: Promise<void>): void {
    const kept = note.then(() => void this.notes.delete(kept));
    this.notes.add(kept);
  }

  /** Resolves when none is left, those that come meanwhile included. */
  async settled(): Promise<void> {
    while (this.notes.size > 0) await Promise.all(this.notes);
  }
}
