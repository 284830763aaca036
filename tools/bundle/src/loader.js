// The main part's memory, table and functions, which every other part builds on.
const main = () => ({ __wasm_split: initSync() });
const address = (file) => new URL(file, import.meta.url);
// Chunks by number. Several parts may bring the same.
const chunks = new Map();

async function code(file) {
    const answer = await fetch(address(file));
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    const view = new DataView(bytes);
    const wanted = [];
    // Each chunk: its number, its length, its bytes.
    for (let at = 0; at < bytes.byteLength;) {
        const number = view.getUint32(at, true);
        const length = view.getUint32(at + 4, true);
        if (!chunks.has(number)) {
            const made = WebAssembly.instantiate(new Uint8Array(bytes, at + 8, length), main());
            made.catch(() => chunks.delete(number));
            chunks.set(number, made);
        }
        wanted.push(chunks.get(number));
        at += 8 + length;
    }
    await Promise.all(wanted);
}

function style(file) {
    const href = address(file).href;
    if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
    return new Promise((done, fail) => {
        const link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = href;
        link.onload = done;
        link.onerror = () => {
            link.remove();
            fail(new Error(file));
        };
        document.head.append(link);
    });
}

// What the application calls to load a part: it is answered through the function that it names.
function part(codeFile, styleFile) {
    let loading;
    const load = () => Promise.all([code(codeFile), styleFile && style(styleFile)]);
    return async (callback, data) => {
        let loaded = true;
        try {
            await (loading ??= load());
        } catch (error) {
            console.error(error);
            loading = undefined;
            loaded = false;
        }
        main().__wasm_split.__indirect_function_table.get(callback)(data, loaded);
    };
}
