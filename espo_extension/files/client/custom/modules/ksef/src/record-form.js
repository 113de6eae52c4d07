/** Around the form of a record with secrets: what a save brought or why it was refused, nothing kept. */
define('modules/ksef/record-form', [
    'modules/ksef/decided-visibility',
    'modules/ksef/markdown',
    'modules/ksef/message-text',
    'modules/ksef/notice',
    'modules/ksef/saved-findings',
], (decidedVisibility, markdown, MessageText, notice, savedFindings) => {
    const explained = [400, 409, 503];

    const bodyOf = xhr => {
        try {
            return JSON.parse(xhr.responseText);
        } catch {
            return {};
        }
    };

    return class RecordForm {
        /** @type {string[]} Attributes that carry what is only for one save. */
        inputs = []

        constructor(view) {
            this.view = view;
            this.isSaving = false;
        }

        /** EspoCRM calls it once when the form is made. */
        process() {
            const {view} = this;

            view.on('after:render', () => decidedVisibility.apply(view));
            view.listenTo(view.model, 'before:save', () => {
                this.isSaving = true;
                this.initialize();
            });
            view.listenTo(view.model, 'after:save', () => this.afterSave());
            view.listenTo(view.model, 'error', (model, xhr) => this.afterError(xhr));
        }

        /** EspoCRM 9.0 compares what was read with what the server has, also of what nobody can read. */
        initialize() {
            const {attributes} = this.view;

            for (const attribute of attributes ? this.inputs : []) {
                attributes[attribute] ??= null;
            }
        }

        afterSave() {
            this.isSaving = false;

            for (const attribute of this.inputs) {
                this.view.model.unset(attribute, {silent: true});
                delete this.view.attributes?.[attribute];
            }

            this.saved();
            savedFindings.show(this.view);
        }

        afterError(xhr) {
            if (!this.isSaving) {
                return;
            }

            this.isSaving = false;

            const {message, findings = []} = bodyOf(xhr);

            if (!message || !explained.includes(xhr.status)) {
                // EspoCRM says it.
                return;
            }

            const texts = new MessageText(this.view.getLanguage());
            const paragraphs = findings.map(finding => markdown.message(texts.of(finding)));

            xhr.errorIsHandled = true;
            notice.fail(
                this.view.translate('notSaved', 'messages', 'KsefProfile'),
                paragraphs.join('\n\n') || message,
            );
            this.refused(findings.map(finding => finding.code));
        }

        /** After a save. To be overridden. */
        saved() {}

        /**
         * After a refused save. To be overridden.
         *
         * @param {string[]} codes What was found.
         */
        refused(codes) {}
    };
});
