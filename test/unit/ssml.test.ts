import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readSsml, type SsmlNode } from "../../runtime/job/ssml.ts";
import { XmlFault } from "../../runtime/job/xml.ts";

const broken: readonly [source: string, message: string][] = [
  ["hello", "line 1, column 1: text outside of <speak>, it should be inside"],
  ["<speak>a</speek>", "line 1, column 9: </speek>, </speak> should come first"],
  ["<speak>a", "line 1, column 1: <speak> is not closed, it must"],
  ["<p>a</p>", "line 1, column 1: <p>, one <speak> should hold everything"],
  ["<speak/><speak/>", "line 1, column 9: <speak>, one <speak> should hold everything"],
  ["", "line 1, column 1: there is no element, a <speak> should hold everything"],
  ["<speak>\n  a & b</speak>", "line 2, column 5: & is no entity, it should be one of &lt;"],
  ["<speak>1 < 2</speak>", 'line 1, column 10: "< 2</speak>" is no tag, it should be one'],
  ["<speak>&x;</speak>", "line 1, column 8: &x; is no entity"],
  ["<speak>&#0;</speak>", "line 1, column 8: &#0; is no entity"],
  ["<speak><!-- </speak>", "line 1, column 8: what begins here has no end, --> should close it"],
  ["<speak><mark/></speak>", "line 1, column 8: <mark> without name, it must have one"],
  ["<speak><break time='1m'/></speak>", 'time of <break> is "1m", it should be 0 to 10000 ms'],
  ["<speak><break time='11s'/></speak>", "it should be 0 to 10000 ms"],
  ["<speak><break strength='big'/></speak>", "it should be one of none x-weak"],
  ["<speak><prosody rate='quick'>a</prosody></speak>", 'rate of <prosody> is "quick"'],
  ["<speak><prosody rate='-100%'>a</prosody></speak>", 'rate of <prosody> is "-100%"'],
  ["<speak><prosody volume='11'>a</prosody></speak>", "it should be soft, -6dB or the like"],
  ["<speak><s a='1' a='2'/></speak>", "line 1, column 17: a is there twice, once will do"],
];

describe("readSsml()", () => {
  for (const [source, message] of broken) {
    test(`names what is wrong with ${source.replace("\n", "⏎")}`, () => {
      assert.throws(
        () => readSsml(source),
        (error) => error instanceof XmlFault && error.message.includes(message),
      );
    });
  }

  test("gives text with its place; entities, comments and CDATA are what XML says", () => {
    const source = "<?xml version='1.0'?><speak>A&amp;B<!-- no --> <![CDATA[<c>]]>&#233;</speak>";
    const { nodes } = readSsml(source);
    assert.equal(textOf(nodes), "A&B <c>é");
    const places = nodes.map((node) => (node.kind === "text" ? node.start : -1));
    assert.deepEqual(
      places,
      ["A&", "&amp", "B<!", " <![", "<c>", "&#233"].map((sign) => source.indexOf(sign)),
    );
  });

  test("says the text of what it does not know, and names it", () => {
    const source = `<speak>Hello <emphasis>dear</emphasis> <say-as interpret-as="expletive">you
      </say-as><prosody contour="(0%,+20Hz)" pitch="+20Hz">there</prosody><audio src="x"/>
      <voice gender="female" xml:lang="en"/></speak>`;
    const { nodes, unsupported } = readSsml(source);
    assert.equal(textOf(nodes).replaceAll(/\s+/gu, " "), "Hello dear you there ");
    assert.deepEqual(unsupported, [
      "emphasis",
      "say-as expletive",
      "prosody contour",
      "prosody pitch in Hz",
      "audio",
      "voice gender",
    ]);
  });

  test("refuses a document type, and with it entities that grow", () => {
    const bomb = `<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>`;
    assert.throws(() => readSsml(bomb), /line 1, column 1: a document type, there should be none/);
  });

  test("bounds the depth and the number of cues", () => {
    const deep = `<speak>${"<p>".repeat(40)}a${"</p>".repeat(40)}</speak>`;
    assert.throws(() => readSsml(deep), /nested too deep, at most 32 levels are allowed/);
    const many = `<speak>${"<mark name='a'/>".repeat(257)}</speak>`;
    assert.throws(() => readSsml(many), /more than 256 marks and actions/);
  });

  test("reads or refuses any text, in time that grows with it", () => {
    const bits = fc.constantFrom("<", ">", "/", "speak", "&", ";", "'", '"', "=", " ", "a", "!--");
    const texts = fc.array(bits, { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: "binary" })), (text) => {
        try {
          readSsml(`<speak>${text}</speak>`);
        } catch (error) {
          assert.ok(error instanceof XmlFault, String(error));
        }
      }),
      { numRuns: 500 },
    );
    readSsml(`<speak>${"<s a='1'>x</s>&amp; ".repeat(3_000)}</speak>`);
  });
});

function textOf(nodes: readonly SsmlNode[]): string {
  return nodes.map((node) => (node.kind === "text" ? node.text : textOf(node.nodes))).join("");
}
