/** Files that somebody chose, each once and under a name of its own, as they go to the server. */
define('modules/ksef/certificate-files/chosen-files', [
    'modules/ksef/certificate/encrypted-file',
    'modules/ksef/certificate-files/base64',
], (encryptedFile, base64) => {
    const zip = [0x50, 0x4b, 0x03, 0x04];

    const isZip = bytes => zip.every((octet, at) => bytes[at] === octet);

    /** The name, with a number in it when another file has it. */
    const freeName = (name, taken) => {
        const [, stem, ending] = /^(.*?)(\.[^.]*)?$/s.exec(name);

        for (let number = 1; ; number++) {
            const tried = number === 1 ? name : `${stem} (${number})${ending ?? ''}`;

            if (!taken.includes(tried)) {
                return tried;
            }
        }
    };

    return class ChosenFiles {
        /** @type {{name: string, content: string, mayNeedPassword: boolean}[]} Contents in base64. */
        list = []

        /** @param {Iterable<{name: string, arrayBuffer: function(): Promise<ArrayBuffer>}>} files */
        async add(files) {
            const contents = await Promise.all(Array.from(files, async file => ({
                chosen: file.name,
                bytes: new Uint8Array(await file.arrayBuffer()),
            })));

            contents.forEach(each => this.addOnce(each));
        }

        addOnce({chosen, bytes}) {
            const content = base64.encode(bytes);

            if (this.list.some(each => each.chosen === chosen && each.content === content)) {
                return;
            }

            this.list.push({
                chosen,
                name: freeName(chosen, this.names),
                content,
                mayNeedPassword: isZip(bytes) || encryptedFile.needsPassword(bytes),
            });
        }

        remove(name) {
            this.list = this.list.filter(each => each.name !== name);
        }

        /** Whether the bridge may mean one of them by this name: `firma.key`, or `pakiet.zip/firma.key`. */
        holds(name) {
            return this.names.some(each => name === each || name.startsWith(`${each}/`));
        }

        get names() {
            return this.list.map(each => each.name);
        }

        get mayNeedPassword() {
            return this.list.some(each => each.mayNeedPassword);
        }

        /** What is sent of them. */
        get sent() {
            return this.list.map(({name, content}) => ({name, content}));
        }
    };
});
