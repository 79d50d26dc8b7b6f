/** The record and its fields: it is put together anew when a field was set. */
import { AwkError } from './errors.ts';
import { Fields, type Separation } from './fields.ts';
import { InputText, toText, type Value } from './values.ts';

/** A field that there is not: text, and no number. */
const NONE = new InputText('');

const MOST_FIELDS = 50_000_000;

export class RecordFields {
  /** OFS and CONVFMT, by which the record is put together. */
  separator = ' ';
  convfmt = '%.6g';
  #text = '';
  #isTextOld = false;
  readonly #read: Fields;
  /** The fields once one of them was set. */
  #fields: Value[] | undefined;
  #whole: InputText | undefined;

  constructor(separation: Separation) {
    this.#read = new Fields(separation);
  }

  set(text: string): void {
    this.#text = text;
    this.#isTextOld = false;
    this.#read.reset(text);
    this.#fields = undefined;
    this.#whole = undefined;
  }

  get text(): string {
    if (this.#isTextOld) {
      this.#text = (this.#fields ?? [])
        .map((each) => toText(each, this.convfmt))
        .join(this.separator);
      this.#isTextOld = false;
      this.#whole = undefined;
    }
    return this.#text;
  }

  /** Says how records are split from the next one on. */
  separateBy(separation: Separation): void {
    void this.text;
    this.#read.separateBy(separation);
  }

  get count(): number {
    return this.#fields ? this.#fields.length : this.#read.count;
  }

  set count(count: number) {
    if (count < 0) throw new AwkError('NF set to negative value');
    const fields = this.#own(count);
    const before = fields.length;
    fields.length = count;
    for (let i = before; i < count; i++) fields[i] = undefined;
    this.#isTextOld = true;
  }

  get(index: number): Value {
    if (index === 0) {
      const { text } = this;
      this.#whole ??= new InputText(text);
      return this.#whole;
    }
    if (this.#fields) return this.#fields[index - 1] ?? NONE;
    const part = this.#read.at(index - 1);
    return part === undefined ? NONE : new InputText(part);
  }

  put(index: number, value: Value): void {
    if (index === 0) {
      this.set(toText(value, this.convfmt));
      return;
    }
    const fields = this.#own(index);
    while (fields.length < index) fields.push(undefined);
    fields[index - 1] = value;
    this.#isTextOld = true;
  }

  #own(index: number): Value[] {
    if (index > MOST_FIELDS) throw new AwkError(`field ${index} is too far`);
    this.#fields ??= this.#read.all().map((part) => new InputText(part));
    return this.#fields;
  }
}

/** The number of a field. */
export function fieldIndex(number: number): number {
  const index = Math.trunc(number);
  if (index < 0) throw new AwkError(`negative field index $${index}`);
  return Number.isNaN(index) ? 0 : index;
}
