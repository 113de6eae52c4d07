/** The inputs of passwords: one for all keys, and one for each key that it does not open. */
define('modules/ksef/certificate-files/key-passwords', [
    'modules/ksef/ui/element',
    'modules/ksef/ui/revealed-input',
], ({element}, revealedInput) => {
    const pause = 700;
    const common = '';

    return class KeyPasswords {
        /** @type {Map<string, {row: HTMLElement, input: HTMLInputElement}>} By file; '' is that of all keys. */
        rows = new Map()

        /**
         * @param {HTMLElement} place Where they stand.
         * @param {{common: string, ofFile: function(string): string, hint: string, reveal: string}} texts
         * @param {function()} typed Called when somebody paused after typing.
         */
        constructor(place, texts, typed) {
            Object.assign(this, {place, texts, typed});
        }

        /** Show these and take away what else there was; what was typed stays. */
        show(isNeeded, files) {
            const wanted = isNeeded ? [common, ...files] : [];

            for (const [name, {row}] of this.rows) {
                if (!wanted.includes(name)) {
                    row.remove();
                    this.rows.delete(name);
                }
            }

            wanted.filter(name => !this.rows.has(name)).forEach(name => this.addRow(name));
        }

        has(name) {
            return this.rows.has(name);
        }

        /** The files with an input of their own. */
        get files() {
            return [...this.rows.keys()].filter(name => name !== common);
        }

        /** What was typed for all keys. */
        get common() {
            return this.rows.get(common)?.input.value || '';
        }

        /** What is sent of them. */
        get sent() {
            const passwords = [...this.rows]
                .filter(([name, {input}]) => name !== common && input.value)
                .map(([file, {input}]) => ({file, password: input.value}));

            return {password: this.common || null, passwords};
        }

        /** Whether something was typed that nobody looked at yet. */
        get isPending() {
            return this.timer !== undefined;
        }

        settle() {
            clearTimeout(this.timer);
            this.timer = undefined;
        }

        addRow(name) {
            const label = name === common ? this.texts.common : this.texts.ofFile(name);
            const input = this.input(label, name);
            const row = element('div', 'form-group ksef-key-password',
                element('label', 'control-label', label),
                element('div', 'field', this.group(input)),
                name === common ? element('div', 'small text-muted', this.texts.hint) : '',
            );

            this.rows.set(name, {row, input});
            this.place.append(row);
        }

        input(label, name) {
            const input = element('input', 'form-control');

            input.type = 'password';
            input.autocomplete = 'new-password';
            input.spellcheck = false;
            input.dataset.file = name;
            input.setAttribute('autocapitalize', 'off');
            input.setAttribute('aria-label', label);
            input.addEventListener('input', () => this.wait());
            input.addEventListener('change', () => this.isPending && this.tell());
            input.addEventListener('keydown', event => event.key === 'Enter' && this.tell());

            return input;
        }

        group(input) {
            const button = element('button', 'btn btn-default btn-icon', element('span', 'far fa-eye'));
            const group = element('div', 'input-group', input, element('span', 'input-group-btn', button));

            button.type = 'button';
            button.title = this.texts.reveal;
            button.dataset.action = 'reveal';
            button.setAttribute('aria-label', this.texts.reveal);
            button.setAttribute('aria-pressed', 'false');
            button.addEventListener('click', event => {
                event.stopPropagation();
                revealedInput.toggle($(group));
            });

            return group;
        }

        wait() {
            this.settle();
            this.timer = setTimeout(() => this.tell(), pause);
        }

        tell() {
            this.settle();
            this.typed();
        }
    };
});
