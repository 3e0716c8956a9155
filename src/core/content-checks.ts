import { A_BOOLEAN, A_TEXT, describe, oneOf, type OptionChecks } from '../options';
import { findCharset } from './charset';
import type { ProviderDefinition } from './provider';

/** The checks of what a description says of the body. */
export const CONTENT_CHECKS: OptionChecks = {
  content: oneOf('json', 'form', 'json-or-form', 'text', 'raw'),
  formField: A_TEXT,
  formFieldOptional: A_BOOLEAN,
  multipartForm: A_BOOLEAN,
  nestedForm: A_BOOLEAN,
  charset: {
    accepts: (value) => typeof value === 'string' && findCharset(value) !== undefined,
    expects: "the name of a charset, such as 'windows-1252'",
  },
  bodyRequired: A_BOOLEAN,
  compression: oneOf('gzip'),
};

/** Checks what must fit together. Throws a `TypeError` that names what does not. */
export function checkContent(
  where: string,
  definition: Pick<
    ProviderDefinition,
    'content' | 'formField' | 'multipartForm' | 'nestedForm' | 'charset' | 'compression'
  >,
): void {
  const { content = 'json', formField, multipartForm, nestedForm = false, charset, compression } = definition;
  const isForm = content === 'form' || content === 'json-or-form';
  const ofForms = { formField, multipartForm, nestedForm: nestedForm || undefined };
  for (const [name, value] of Object.entries(ofForms)) {
    if (value === undefined || isForm) continue;
    throw new TypeError(
      `${where}: "${name}" is for content 'form' and 'json-or-form', got content ${describe(content)}`,
    );
  }
  if (formField !== undefined && nestedForm) {
    throw new TypeError(
      `${where}: "formField" takes one field and leaves no other to nest: drop "nestedForm"`,
    );
  }
  if (compression !== undefined && content !== 'json') {
    throw new TypeError(
      `${where}: "compression" is for content 'json', which no compressed body can be taken for, got ${describe(content)}`,
    );
  }
  if (charset === undefined) return;
  if (content === 'raw')
    throw new TypeError(`${where}: "charset" is for texts, and content 'raw' stays bytes`);
  if (isForm && findCharset(charset)?.startsWith('utf-16') === true) {
    throw new TypeError(
      `${where}: "charset" of a form must be one that has ASCII in it, got ${describe(charset)}`,
    );
  }
}
