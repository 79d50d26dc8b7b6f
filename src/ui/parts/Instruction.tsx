/** What is to be done, in paragraphs; what is set line by line stays so. */
import { showName } from '../text.ts';

export function Instruction({ text }: { text: string }) {
  // The same may be said twice: where it begins tells them apart.
  const paragraphs = [...text.trim().matchAll(/[^\n]+(?:\n[^\n]+)*/g)].map(
    ({ 0: words, index }) => ({
      at: index,
      words: words.trimEnd(),
    }),
  );
  return (
    <div className="instruction">
      {paragraphs.map(({ at, words }) => (
        <p key={at} className={isSet(words) ? 'as-is' : undefined}>
          {words.split('\n').map(showName).join('\n')}
        </p>
      ))}
    </div>
  );
}

/** Lists, code and tables. */
const isSet = (paragraph: string): boolean => /^(\s{4}|\t|\s*[-*|]|\s*\d+\.|```)/m.test(paragraph);
