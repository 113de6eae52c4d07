/** Around the form of a record with secrets: what a save brought or why it was refused, nothing kept. */
define('modules/ksef/record/form', [
    'modules/ksef/messages/message-text',
    'modules/ksef/record/decided-visibility',
    'modules/ksef/record/saved-findings',
    'modules/ksef/ui/notice',
], (MessageText, decidedVisibility, savedFindings, notice) => {
    const explained = [400, 409, 503];

    const bodyOf = xhr => {
        try {
            return JSON.parse(xhr.responseText);
        } catch {
            return {};
        }
    };

    const forgetFault = field => {
        field.get$cell().removeClass('has-error');
        // EspoCRM takes a field's message away when the field is clicked.
        field.$el.closest('.field').triggerHandler('mousedown');
    };

    return class RecordForm {
        /** @type {string[]} Attributes that carry what is only for one save. */
        inputs = []

        constructor(view) {
            this.view = view;
            this.isSaving = false;
            this.isTold = false;
        }

        /** EspoCRM calls it once when the form is made. */
        process() {
            const {view} = this;

            view.on('after:render', () => decidedVisibility.apply(view));
            this.watchFaults();
            view.listenTo(view.model, 'before:save', () => {
                this.isSaving = true;
                this.isTold = false;
                this.initialize();
            });
            view.listenTo(view.model, 'change', () => this.corrected());
            view.listenTo(view.model, 'after:save', () => this.afterSave());
            view.listenTo(view.model, 'error', (model, xhr) => this.afterError(xhr));
        }

        /** What a field says is wrong is taken back as soon as it is mended. */
        watchFaults() {
            const {view} = this;
            const fields = () => Object.values(view.getFieldViews() || {});

            view.listenTo(view.model, 'change', model => fields()
                .filter(field => field.getAttributeList().some(attribute => model.hasChanged(attribute)))
                .forEach(forgetFault));
            view.listenTo(view.model, 'before:save', () => fields().forEach(forgetFault));
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
                this.tell(xhr, 'notDone');

                return;
            }

            this.isSaving = false;

            const findings = this.tell(xhr, 'notSaved');

            this.refused(findings.map(finding => finding.code));
            this.isTold = findings.length > 0;
        }

        /**
         * Why it was refused; what else was noticed can wait until the save.
         *
         * @param {XMLHttpRequest} xhr
         * @param {string} heading A key of KsefProfile's messages.
         * @returns {Object[]} All that was found.
         */
        tell(xhr, heading) {
            const {message, findings = []} = bodyOf(xhr);

            if (!message || !explained.includes(xhr.status)) {
                // EspoCRM says it.
                return [];
            }

            const texts = MessageText.of(this.view);
            const reasons = findings.filter(finding => finding.severity === 'error');
            const paragraphs = reasons.map(finding => texts.markdown(finding));

            xhr.errorIsHandled = true;
            notice.fail(
                this.view.translate(heading, 'messages', 'KsefProfile'),
                paragraphs.join('\n\n') || message,
            );

            return findings;
        }

        /** The reasons of a refusal stand until something was changed. */
        corrected() {
            if (this.isTold) {
                this.isTold = false;
                notice.end();
            }
        }

        /** After a save. To be overridden. */
        saved() {}

        /** After a refused save, with the codes of all that was found. To be overridden. */
        refused() {}
    };
});
