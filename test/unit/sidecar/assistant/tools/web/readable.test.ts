import { expect, test } from "@playwright/test";
import { pageText } from "../../../../../../sidecar/assistant/tools/web/page-text.ts";
import { readableOf } from "../../../../../../sidecar/assistant/tools/web/readable/markdown.ts";

const read = (html: string, links = true) => readableOf(html, { baseUrl: "https://a.example/b/c", links });
const bytes = (text: string, encoding: BufferEncoding = "utf8") => Buffer.from(text, encoding);

test.describe("a page as Markdown", () => {
  test("is its headings, paragraphs, lists, tables, code, quotations and links", () => {
    const { title, text } = read(`<html><head><title> A &amp;
      page</title><style>p{}</style></head><body>
      <h1>Head <em>line</em></h1><p>One<br>two  &lt;three&gt; <a href="../d?x=1#y">a <b>link</b></a> <a href="javascript:x()">no link</a></p>
      <ul><li>a<ul><li>aa</li></ul></li><li><p>b</p></li></ul><ol><li>x<li>y</ol>
      <table><tr><th>k</th><th>v</th></tr><tr><td>a|b</td><td><p>1</p></td></tr></table>
      <pre><code>if (a) {
  \`\`\`
}
</code></pre><blockquote><p>said</p></blockquote><img src="x" alt="a cat"><hr></body></html>`);

    expect(title).toBe("A & page");
    expect(text).toBe(
      [
        "# Head _line_",
        "One\ntwo <three> [a **link**](https://a.example/d?x=1#y) no link",
        "- a\n  - aa\n- b",
        "1. x\n2. y",
        "| k | v |\n| --- | --- |\n| a\\|b | 1 |",
        "````\nif (a) {\n  ```\n}\n````",
        "> said",
        "[image: a cat]",
        "---",
      ].join("\n\n"),
    );
    expect(read('<a href="/x">y</a>', false).text).toBe("y");
  });

  test("is its main part, where that is marked and says something", () => {
    const long = "What it is about. ".repeat(20).trim();
    const around = "<nav>Menu</nav><header>Banner</header><aside>Ads</aside><footer>Imprint</footer>";

    expect(read(`${around}<main><h2>About</h2>${long}</main>`).text).toBe(`## About\n\n${long}`);
    expect(read(`${around}<main></main><div>${long}</div>`).text).toBe(long);
  });

  test("holds nothing that nobody sees", () => {
    const { text } = read(`<p>seen</p><script>a</script><p hidden>b</p><div aria-hidden="true">c<p>d</p></div>
      <p style="color:red; DISPLAY : none">e</p><span style="font-size:0">f</span><template>g</template><!-- h -->
      <noscript>i</noscript><svg><text>j</text></svg><textarea>k</textarea><p style="opacity:0.5">half</p>`);

    expect(text).toBe("seen\n\nhalf");
  });

  test("costs no more than it is long, whatever it is made of", () => {
    const many = 200_000;
    for (const html of [
      "<div>".repeat(many),
      "<b>".repeat(many),
      "<".repeat(many),
      `<pre>${" ".repeat(many)}x</pre>`,
      "<br>".repeat(many),
      `<p>${" \n".repeat(many)}</p>`,
      "<ul><li>".repeat(many),
      "<table><tr><td>".repeat(many / 10),
      "&amp".repeat(many),
      `<a href="${"x".repeat(many)}">`,
    ])
      expect(read(html).text.length).toBeLessThanOrEqual(3 * html.length);
  });
});

test.describe("the words of what came", () => {
  const of = (type: string | undefined, body: Buffer) =>
    pageText({ headers: type === undefined ? {} : { "content-type": type }, body }).text;

  test("are read as they are written", () => {
    expect(of("text/html; charset=ISO-8859-1", bytes("grün", "latin1"))).toBe("grün");
    expect(of('text/plain; charset="utf-8"', bytes("grün"))).toBe("grün");
    expect(of("text/html", bytes('<meta charset="shift_jis">\x82\xa0', "latin1"))).toContain("あ");
    expect(
      of("text/html", bytes('<meta http-equiv=x content="text/html; charset=windows-1251">\xcf', "latin1")),
    ).toContain("П");
    expect(of("text/plain", Buffer.concat([Buffer.from([0xff, 0xfe]), bytes("ü", "utf16le")]))).toBe("ü");
    expect(of("text/plain", bytes("gr\xfcn", "latin1"))).toBe("grün");
    expect(of("text/plain; charset=nobody-knows", bytes("grün"))).toBe("grün");
    expect(of("application/ld+json", bytes("{}"))).toBe("{}");
    expect(of(undefined, bytes("<!doctype html><p>x"))).toContain("<p>");
  });

  test("are refused where it is something else, by its type", () => {
    expect(() => of("application/pdf", bytes("%PDF-1.7"))).toThrow(
      "It is no text, but application/pdf, which is not read.",
    );
    expect(() =>
      of("image/svg+xml; x", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
    ).not.toThrow();
    expect(() => of(undefined, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toThrow(
      "image/png",
    );
  });
});
