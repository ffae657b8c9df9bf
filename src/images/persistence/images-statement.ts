import {
  originsAsText,
  recordOriginAt,
  recordOriginsAt,
} from '../../platform/database/change-origin.js';
import type { NamedStatement } from '../../platform/database/statement.js';

/** One image of those that a statement writes. */
export interface WrittenImage {
  readonly id: string;
  /** Its row of the VALUES of the statement. */
  readonly values: readonly unknown[];
  /** Who asked for it; see `originAsText`. */
  readonly origin: string;
}

interface Shape {
  /** Of the statement that writes one image; those of several have their number behind it. */
  readonly name: string;
  /** Of the columns of {@link WrittenImage.values}. */
  readonly types: readonly string[];
  /**
   * @param rows of VALUES; before their parameters come those that all have in common, and the first of all is for `origin`
   * @param origin tells the triggers who asked, for RETURNING
   */
  readonly text: (rows: string, origin: string) => string;
}

/** A statement that writes any number of images; its text is made once for each number. */
export class ImagesStatement {
  private readonly texts = new Map<number, string>();

  constructor(private readonly shape: Shape) {}

  /** @param common values of parameters from the second on, which the images have in common */
  write(images: readonly WrittenImage[], common: readonly unknown[]): NamedStatement {
    const count = images.length;
    const { name } = this.shape;
    const origin = count === 1 ? images[0]?.origin : originsAsText(images);
    return {
      name: count === 1 ? name : `${name}-${count}`,
      text: this.textFor(count, 1 + common.length),
      values: [origin, ...common, ...images.flatMap(({ values }) => values)],
    };
  }

  private textFor(count: number, before: number): string {
    const known = this.texts.get(count);
    if (known !== undefined) return known;
    const { types } = this.shape;
    const rows = Array.from({ length: count }, (_row, index) => {
      const first = before + index * types.length + 1;
      return `(${[index + 1, ...types.map((type, column) => `$${first + column}::${type}`)].join(', ')})`;
    });
    const record = count === 1 ? recordOriginAt : recordOriginsAt;
    const text = this.shape.text(rows.join(', '), record('$1::text'));
    this.texts.set(count, text);
    return text;
  }
}
