// The names of the DOM that playwright-core's types mention. The DOM library itself would put every global of a
// browser within reach of code that runs on Node.
interface Node {
  readonly nodeType: number;
}
interface HTMLElement extends Node {
  readonly tagName: string;
}
interface SVGElement extends Node {
  readonly tagName: string;
}
interface HTMLElementTagNameMap {
  readonly html: HTMLElement;
}
