import { cleanText } from '../lib/clean-text.ts';

type Rule = Readonly<{
  operatorName?: string;
  missingProperties?: readonly string[];
  propertiesNotSatisfied?: readonly Readonly<{ propertyName: string; details: readonly Rule[] }>[];
  reason?: string;
  consideredType?: string;
}>;

/**
 * The `errInfo` of code 121 in words: `metadata.duration: type did not match (string); hls_url is
 * missing`. Never the values: they may be long (test-servers.md §2.3).
 */
export function describeRefusedDocument(errInfo: unknown): string {
  const details = (
    errInfo as { details?: { schemaRulesNotSatisfied?: readonly Rule[] } } | undefined
  )?.details;
  const rules = details?.schemaRulesNotSatisfied ?? [];
  const lines = rules.flatMap((rule) => describeRule(rule, []));
  return cleanText(lines.join('; ') || 'The server does not say which field.', { maxLength: 400 });
}

function describeRule(rule: Rule, path: readonly string[]): readonly string[] {
  if (rule.missingProperties !== undefined) {
    return rule.missingProperties.map((name) => `${[...path, name].join('.')} is missing`);
  }
  if (rule.propertiesNotSatisfied !== undefined) {
    return rule.propertiesNotSatisfied.flatMap(({ propertyName, details }) =>
      details.flatMap((inner) => describeRule(inner, [...path, propertyName])),
    );
  }
  const type = rule.consideredType === undefined ? '' : ` (${rule.consideredType})`;
  return [
    `${path.join('.') || 'document'}: ${rule.reason ?? rule.operatorName ?? 'refused'}${type}`,
  ];
}
