/** Certificates out of any number of files: what is found in them is shown before it is saved. */
define('modules/ksef/views/ksef-profile/modals/add-certificates', [
    'views/modal',
    'model',
    'modules/ksef/certificate-files/chosen-files',
    'modules/ksef/certificate-files/found-certificates',
    'modules/ksef/certificate-files/intended-profile',
    'modules/ksef/certificate-files/key-passwords',
    'modules/ksef/certificate-files/refusals',
    'modules/ksef/messages/filled-text',
    'modules/ksef/record/action',
    'modules/ksef/ui/element',
    'modules/ksef/ui/notice',
], (
    Modal,
    Model,
    ChosenFiles,
    foundCertificates,
    intendedProfile,
    KeyPasswords,
    refusals,
    {messagesOf},
    recordAction,
    {element},
    notice,
) => {
    const endings = '.crt,.cer,.pem,.key,.p12,.pfx,.p8,.der,.zip';
    const nothing = {certificates: [], leftOver: []};

    return class extends Modal {
        className = 'dialog dialog-record'
        backdrop = 'static'

        templateContent = `
            <div class="record no-side-margin">{{{record}}}</div>
            <div class="ksef-drop panel panel-default" style="border-style: dashed; padding: 12px;">
                <p>{{introduction}}</p>
                <button type="button" class="btn btn-default" data-action="chooseFiles">{{choose}}</button>
                <input type="file" multiple accept="${endings}" class="hidden">
                <div class="ksef-chosen" style="margin-top: 8px;"></div>
            </div>
            <div class="ksef-passwords"></div>
            <div class="ksef-refused"></div>
            <div class="ksef-sorting" aria-live="polite"></div>
            <div class="ksef-renewal record no-side-margin hidden">{{{renewal}}}</div>
            <div class="ksef-profile" aria-live="polite"></div>`

        files = new ChosenFiles()
        sorting = nothing
        isSorted = true
        /** Counts what was asked, so that only the last answer is shown. */
        asked = 0

        data() {
            return {
                introduction: this.text('addCertificatesIntroduction'),
                choose: this.translate('Choose Files', 'labels', 'KsefProfile'),
            };
        }

        setup() {
            super.setup();
            this.headerText = `${this.translate('Add Certificates', 'labels', 'KsefProfile')} · ${this.model.get('name')}`;
            this.addButton({
                name: 'save',
                label: 'Save',
                style: 'primary',
                disabled: true,
                onClick: () => this.save(),
            });
            this.addButton({name: 'cancel', label: 'Cancel'});
            this.addActionHandler('chooseFiles', () => this.part('input[type="file"]').click());
            this.setupRenewal();
        }

        /** As the form of one certificate asks. */
        setupRenewal() {
            const field = this.getMetadata().get('entityDefs.KsefCertificate.fields.autoRenew');

            this.renewal = new Model({autoRenew: field.default});
            this.renewal.name = 'KsefCertificatesRenewal';
            this.renewal.setDefs({fields: {autoRenew: {...field, tooltip: false}}});
            this.createView('renewal', 'views/record/edit-for-modal', {
                scope: 'None',
                selector: '.ksef-renewal',
                model: this.renewal,
                detailLayout: [{rows: [[{
                    name: 'autoRenew',
                    labelText: this.translate('autoRenew', 'fields', 'KsefCertificate'),
                    fullWidth: true,
                }]]}],
            });
        }

        afterRender() {
            super.afterRender();

            const input = this.part('input[type="file"]');

            input.addEventListener('change', () => {
                const files = [...input.files];

                // So that the same file may be chosen again.
                input.value = '';
                this.addFiles(files);
            });

            // A file that misses the box would be opened by the browser instead of the dialog.
            this.element.addEventListener('dragover', event => event.preventDefault());
            this.element.addEventListener('drop', event => {
                event.preventDefault();
                this.addFiles([...event.dataTransfer.files]);
            });

            this.passwords = new KeyPasswords(this.part('.ksef-passwords'), {
                common: this.text('addCertificatesPassword'),
                ofFile: file => this.text('addCertificatesPasswordOf', {file}),
                hint: this.text('addCertificatesPasswordHint'),
                reveal: this.text('revealSecret'),
            }, () => this.sort());
        }

        onRemove() {
            this.passwords?.settle();
        }

        async addFiles(files) {
            await this.files.add(files);
            await this.changed();
        }

        async removeFile(name) {
            this.files.remove(name);
            await this.changed();
        }

        /** A password that was typed for a file stays as long as the file does. */
        async changed() {
            this.showChosen();
            this.passwords.show(
                this.files.mayNeedPassword,
                this.passwords.files.filter(name => this.files.holds(name)),
            );
            await this.sort();
        }

        showChosen() {
            this.part('.ksef-chosen').replaceChildren(...this.files.names.map(name => {
                const remove = element('button', 'btn btn-link btn-sm', element('span', 'fas fa-times'));

                remove.type = 'button';
                remove.title = this.translate('Remove File', 'labels', 'KsefProfile');
                remove.setAttribute('aria-label', `${remove.title} ${name}`);
                remove.addEventListener('click', () => this.removeFile(name));

                return element('div', 'ksef-chosen-file', name, remove);
            }));
        }

        async sort() {
            await this.showAnswer(this.files.names.length ?
                this.post('sortCertificates', this.sent()) :
                Promise.resolve(nothing));
        }

        /** After a refusal, whose notice stays. */
        async sortAgain() {
            await this.showAnswer(
                recordAction.askQuietly(this.address('sortCertificates'), this.sent()),
                this.sorting,
            );
        }

        /** @param {Object} [otherwise] What is shown without an answer. */
        async showAnswer(answer, otherwise = nothing) {
            const number = ++this.asked;

            this.passwords.settle();
            this.isSorted = false;

            const sorting = await answer;

            if (number === this.asked && this.element) {
                this.sorting = sorting || otherwise;
                this.isSorted = sorting !== null;
                this.show();
            }
        }

        show() {
            const locked = foundCertificates.locked(this.sorting);
            const isSomethingOpened = this.sorting.certificates.length > 0;
            const own = locked.filter(file => this.passwords.common && isSomethingOpened || this.passwords.has(file));
            const opened = this.passwords.sent.passwords.map(({file}) => file);

            this.passwords.show(this.files.mayNeedPassword || locked.length > 0, [...new Set([...own, ...opened])]);
            this.part('.ksef-sorting').replaceChildren(foundCertificates.element(this, this.sorting));
            this.part('.ksef-renewal').classList.toggle('hidden', !foundCertificates.isRenewalAsked(this.sorting));
            this.allowSave(this.files.names.length > 0);
        }

        /** What was typed last is looked at first; what nobody has seen yet is shown before it is saved. */
        async save() {
            this.disableButton('save');

            try {
                if (this.passwords.isPending || !this.isSorted) {
                    const seen = this.sorting;

                    await this.sort();

                    if (
                        this.sorting.leftOver.some(each => each.severity === 'error') ||
                        intendedProfile.isUnseen(this.sorting, seen, this.model.id)
                    ) {
                        return;
                    }
                }

                await this.store();
            } finally {
                this.allowSave(true);
            }
        }

        allowSave(isAllowed) {
            if (!this.element) {
                return;
            }

            if (isAllowed) {
                this.enableButton('save');
            } else {
                this.disableButton('save');
            }
        }

        async store() {
            if (!Object.keys(foundCertificates.placed(this.sorting)).length) {
                notice.warn(this.text('addCertificatesNothing'), '');

                return;
            }

            const answer = await this.post('addCertificates', {...this.sent(), ...this.shown()});

            if (answer && !answer.notLinked && answer.certificates.every(each => each.id)) {
                const {added} = this.options;

                this.close();
                added(answer.profileId);

                return;
            }

            this.showRefused(answer);

            if (answer && !this.model.isNew()) {
                this.model.fetch();
            }

            await this.sortAgain();
        }

        /** Without an answer a notice says it. */
        showRefused(answer) {
            const refused = answer ? element('div', 'alert alert-danger') : '';

            if (answer) {
                const markdown = refusals.of(answer, intendedProfile.of(this.sorting), (...text) => this.text(...text));

                refused.innerHTML = this.getHelper()
                    .transformMarkdownText(markdown.join('\n\n'), {linksInNewTab: true})
                    .toString();
            }

            this.part('.ksef-refused').replaceChildren(refused);
        }

        /** What is asked of the server. */
        sent() {
            return {files: this.files.sent, ...this.passwords.sent};
        }

        /** What is saved of its answer, and how. */
        shown() {
            return {
                fingerprints: foundCertificates.placed(this.sorting),
                autoRenew: this.renewal.get('autoRenew'),
            };
        }

        address(action) {
            return `KsefProfile/${this.model.id}/${action}`;
        }

        post(action, body) {
            return recordAction.send(this, 'POST', this.address(action), {
                progress: this.text(`${action}Progress`),
                failure: this.text(`${action}Failed`),
            }, body);
        }

        part(selector) {
            return this.element.querySelector(selector);
        }

        text(key, values = {}) {
            return messagesOf(this)(key, values);
        }
    };
});
