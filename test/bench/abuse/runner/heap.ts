/** What happens next: a binary heap by time. */
export class Heap<T> {
  private readonly items: { readonly at: number; readonly value: T }[] = [];

  get nextAt(): number {
    return this.items[0]?.at ?? Infinity;
  }

  push(at: number, value: T): void {
    const item = { at, value };
    let index = this.items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.items[parent];
      if (above === undefined || above.at <= at) break;
      this.items[index] = above;
      index = parent;
    }
    this.items[index] = item;
  }

  pop(): T | undefined {
    const [first] = this.items;
    const last = this.items.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.items.length > 0) this.sink(last);
    return first.value;
  }

  private sink(item: { readonly at: number; readonly value: T }): void {
    const { items } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [items[child], items[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && right.at < left.at) child += 1;
      const smaller = items[child];
      if (smaller === undefined || smaller.at >= item.at) break;
      items[index] = smaller;
      index = child;
    }
    items[index] = item;
  }
}
