/** The functions of FHIRPath and of FHIR, as a reference: what each is given, and what it gives. A test holds that these are all that there are. */

export type Section = "existence" | "filtering" | "subsetting" | "conversion" | "strings" | "math" | "utility" | "fhir";

export interface FunctionEntry {
  section: Section;
  name: string;
  /** What it is given, in words; `?` where it may be left out. */
  arguments: string;
  about: string;
}

const LINES: Record<Section, string> = {
  existence: `empty||Whether there is nothing.
exists|criteria?|Whether there is something that meets the criteria.
all|criteria|Whether everything meets the criteria.
allTrue||Whether all are true.
anyTrue||Whether one is true.
allFalse||Whether all are false.
anyFalse||Whether one is false.
subsetOf|other|Whether all of it is in the other collection.
supersetOf|other|Whether all of the other collection is in it.
count||How many there are.
distinct||Each once.
isDistinct||Whether none occurs twice.`,
  filtering: `where|criteria|Those that meet the criteria.
select|expression|What the expression gives of each.
repeat|expression|What the expression gives of each, of what that gives, and so on.
aggregate|expression, start?|One value from all: $total has what there is so far.
sort|expression?|In order.
ofType|type|Those of a type, such as ofType(Patient).
as|type|The one that there is, if it has this type.
is|type|Whether it has this type.`,
  subsetting: `single||The only one; more than one is an error.
first||The first.
last||The last.
tail||All but the first.
skip|number|All but the first few.
take|number|The first few.
intersect|other|What both have, each once.
exclude|other|What the other collection does not have.
union|other|What one of both has, each once.
combine|other|Both, one behind the other.
iif|condition, then, else?|One thing or the other.`,
  conversion: `toBoolean||As a boolean: 'true', 'yes', 1.
convertsToBoolean||Whether that can be done.
toInteger||As a whole number.
convertsToInteger||Whether that can be done.
toDate||As a date.
convertsToDate||Whether that can be done.
toDateTime||As a date with a time.
convertsToDateTime||Whether that can be done.
toTime||As a time of the day.
convertsToTime||Whether that can be done.
toDecimal||As a number.
convertsToDecimal||Whether that can be done.
toQuantity|unit?|As a quantity, such as '5 mg'.
convertsToQuantity|unit?|Whether that can be done.
toString||As text.
convertsToString||Whether that can be done.`,
  strings: `indexOf|text|Where the text is first, from 0; -1 where it is not.
lastIndexOf|text|Where the text is last.
substring|start, length?|A part, from 0.
startsWith|text|Whether it begins so.
endsWith|text|Whether it ends so.
contains|text|Whether the text is in it.
upper||In capital letters.
lower||In small letters.
replace|text, by|With every one of the text replaced.
matches|pattern|Whether the regular expression is found in it.
matchesFull|pattern|Whether all of it is as the regular expression says.
replaceMatches|pattern, by|With everything replaced that the regular expression finds.
length||How many characters it has.
toChars||Its characters.
encode|format|As 'hex', 'base64' or 'urlbase64'.
decode|format|From 'hex', 'base64' or 'urlbase64'.
escape|format|For 'html' or 'json'.
unescape|format|From 'html' or 'json'.
trim||Without white space around it.
split|separator|Its parts.
join|separator?|All as one text.`,
  math: `abs||Without its sign.
ceiling||The next whole number above.
exp||e to its power.
floor||The next whole number below.
ln||Its natural logarithm.
log|base|Its logarithm.
power|exponent|Its power.
round|digits?|Rounded.
sqrt||Its square root.
truncate||Without what is behind the point.
lowBoundary|digits?|The least that it may be, as exact as it is given.
highBoundary|digits?|The most that it may be, as exact as it is given.
precision||How many digits it is given with.
comparable|quantity|Whether both quantities can be compared.`,
  utility: `children||What is directly in it.
descendants||All that is in it, however deep.
trace|name, expression?|The same; what is noted is not shown here.
now||The time now.
timeOfDay||The time of the day.
today||The date of today.
not||The opposite.
type||Its type.`,
  fhir: `extension|url|The extensions with this url.
hasValue||Whether it is a primitive with a value.
getValue||Its value as one of FHIRPath.
resolve||What a reference refers to, in this message.
conformsTo|profile|Whether it conforms to a profile.
memberOf|value set|Whether the code is in a value set.
subsumes|code|Whether the code means this or more.
subsumedBy|code|Whether the code means this or less.
htmlChecks||Whether it is XHTML as narratives may have it.`,
};

export const functions: FunctionEntry[] = Object.entries(LINES).flatMap(([section, lines]) =>
  lines.split("\n").map((line) => {
    const [name = "", given = "", about = ""] = line.split("|");
    return { section: section as Section, name, arguments: given, about };
  }),
);
