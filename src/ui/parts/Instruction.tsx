/** What is to be done, in paragraphs; what is set line by line stays so. */
import { showName } from '../text.ts';

export function Instruction({ text }: { text: string }) {
  const paragraphs = new Set(text.trim().split(/\n\s*\n/));
  return (
    <div className="instruction">
      {[...paragraphs].map((paragraph) => (
        <p key={paragraph} className={isSet(paragraph) ? 'as-is' : undefined}>
          {paragraph.split('\n').map(showName).join('\n')}
        </p>
      ))}
    </div>
  );
}

/** Lists, code and tables. */
const isSet = (paragraph: string): boolean => /^(\s{4}|\t|\s*[-*|]|\s*\d+\.|```)/m.test(paragraph);
