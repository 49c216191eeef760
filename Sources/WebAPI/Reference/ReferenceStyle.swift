/// The look of the page: readable on a telephone and on a desk, by day and by night.
enum ReferenceStyle {
    static let mediaType = "text/css; charset=utf-8"

    static let css = """
        :root {
            color-scheme: light dark;
            --text: #1c2126;
            --quiet: #56606b;
            --line: #d9dee3;
            --paper: #ffffff;
            --panel: #f4f6f8;
            --link: #0b57a4;
            --get: #11663a;
            --post: #0b57a4;
            --change: #8a5300;
            --delete: #a1242c;
        }
        @media (prefers-color-scheme: dark) {
            :root {
                --text: #dfe3e7;
                --quiet: #9aa5b1;
                --line: #353c44;
                --paper: #15181b;
                --panel: #1e2328;
                --link: #7db7f2;
                --get: #6fcf97;
                --post: #7db7f2;
                --change: #f0b45c;
                --delete: #f28b8b;
            }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body { margin: 0; color: var(--text); background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
        a { color: var(--link); }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); }
        header { padding: 1.5rem 1rem 1rem; border-bottom: 1px solid var(--line); }
        header h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
        header p { margin: .4rem 0 0; color: var(--quiet); }
        nav ul { list-style: none; margin: 0; padding: 0; }
        nav > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: .75rem 1rem; border-bottom: 1px solid var(--line); }
        nav li a { display: inline-block; padding: .3rem 0; }
        nav ul ul { display: none; }
        main { padding: 1rem; max-width: 52rem; min-width: 0; }
        h2 { margin: 2.5rem 0 .5rem; font-size: 1.4rem; line-height: 1.25; }
        h3 { margin: 0; font-size: 1.1rem; }
        h3 a { color: inherit; text-decoration: none; }
        h3 a:hover { text-decoration: underline; }
        h4 { margin: 1.25rem 0 .35rem; font-size: .95rem; }
        p { margin: .5rem 0; }
        article { margin: 1.25rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
        article:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
        code, pre, .method { font-family: ui-monospace, monospace; font-size: .875em; }
        pre { margin: .5rem 0; padding: .75rem; background: var(--panel); border-radius: .4rem; overflow-x: auto; overflow-wrap: normal; line-height: 1.45; }
        pre code { font-size: inherit; }
        .route code { font-size: .95em; }
        .method { font-weight: 700; }
        .get { color: var(--get); }
        .post { color: var(--post); }
        .put, .patch { color: var(--change); }
        .delete { color: var(--delete); }
        .scope, .note, .media { color: var(--quiet); font-size: .875rem; }
        .type + .note:not(:empty)::before { content: "· "; }
        .type { color: var(--quiet); font-size: .9em; }
        dl { margin: .5rem 0; }
        dt { padding-top: .5rem; border-top: 1px solid var(--line); }
        dt > code { font-weight: 600; }
        dd { margin: 0; padding: .1rem 0 .5rem; }
        dd dl { margin: .5rem 0 0; padding-left: .75rem; border-left: 3px solid var(--line); }
        dd dl dt:first-child { border-top: 0; }
        details { border-top: 1px solid var(--line); }
        summary { padding: .45rem 0; cursor: pointer; }
        .answer { margin: 0; padding: .45rem 0; border-top: 1px solid var(--line); }
        .codes { color: var(--quiet); }
        @media (min-width: 64rem) {
            header { padding: 1.5rem 2rem 1rem; }
            .columns { display: grid; grid-template-columns: 21rem minmax(0, 1fr); }
            nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); font-size: .875rem; }
            nav > ul { display: block; border-bottom: 0; padding: 1rem 1rem 3rem 2rem; }
            nav > ul > li > a { font-weight: 600; padding-top: .6rem; }
            nav ul ul { display: block; }
            nav ul ul a { display: block; padding: .15rem 0; color: inherit; text-decoration: none; }
            nav ul ul a:hover { text-decoration: underline; }
            main { padding: 1rem 3rem 4rem; }
        }
        @media print { nav, .skip { display: none; } }

        """
}
