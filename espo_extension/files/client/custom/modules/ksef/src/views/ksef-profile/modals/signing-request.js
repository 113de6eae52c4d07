/** A login by a qualified signature in three steps, then the certificates that it requests. */
define('modules/ksef/views/ksef-profile/modals/signing-request', [
    'views/modal',
    'modules/ksef/certificate-files/base64',
    'modules/ksef/enrolment/package-password',
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/signing-request/certificates',
    'modules/ksef/signing-request/server',
    'modules/ksef/signing-request/signer',
    'modules/ksef/signing-request/stage',
    'modules/ksef/signing-request/steps',
    'modules/ksef/ui/element',
], (
    Modal,
    base64,
    packagePassword,
    {messagesOf},
    MessageText,
    signedCertificates,
    server,
    signer,
    stage,
    steps,
    {actions, button, element},
) => {
    const scope = 'KsefProfile';
    const pollMilliseconds = 2000;
    const kilobyte = 1024;
    /** What the bridge takes. */
    const mostKilobytes = 1024;
    /** That the signing certificate names neither NIP nor PESEL. */
    const unidentified = 'signer-unidentified';

    /** Hands a text to the browser as a file, byte for byte. */
    const download = (name, text) => {
        const link = element('a', '');

        link.href = URL.createObjectURL(new Blob([text], {type: 'application/xml'}));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 0);
    };

    return class extends Modal {
        className = 'dialog dialog-record'
        backdrop = 'static'

        templateContent = `
            <div class="ksef-signing" aria-live="polite"></div>
            <input type="file" class="hidden">`

        /** What was found amiss here, before the server was asked. */
        problem = ''

        setup() {
            super.setup();
            this.headerText = `${this.translate('Connect by Signature', 'labels', scope)} · ${this.model.get('name')}`;
            this.addButton({
                name: 'request',
                text: this.translate('Request Both', 'labels', scope),
                style: 'primary',
                hidden: true,
                onClick: () => this.request(),
            });
            this.addButton({
                name: 'startOver',
                text: this.translate('Start Over', 'labels', scope),
                hidden: true,
                onClick: () => this.begin(),
            });
            this.addButton({name: 'cancel', label: 'Close'});
            this.take(this.options.state);
        }

        afterRender() {
            super.afterRender();

            const input = this.part('input[type="file"]');

            input.addEventListener('change', () => {
                const [file] = input.files;

                // So that the same file may be chosen again.
                input.value = '';
                this.handIn(file);
            });
            this.element.addEventListener('dragover', event => event.preventDefault());
            this.element.addEventListener('drop', event => {
                event.preventDefault();
                this.handIn(event.dataTransfer.files[0]);
            });
            this.show();
            this.timer = setInterval(() => this.tellTime(), 1000);
            this.poll();
        }

        onRemove() {
            clearInterval(this.timer);
            clearTimeout(this.polling);
        }

        /** @param {Object} state The server's answer. */
        take(state) {
            this.state = state;
            this.ends = Date.now() + (state.request?.secondsLeft ?? 0) * 1000;
        }

        get secondsLeft() {
            return Math.max(0, (this.ends - Date.now()) / 1000);
        }

        show() {
            const now = stage.of(this.state);
            const shown = {
                checking: () => element('p', '',
                    this.text('signatureChecking'), ' ', element('span', 'fas fa-spinner fa-spin')),
                signed: () => element('div', '', this.signer(), this.wishes(), this.certificates()),
                requested: () => element('div', '',
                    this.certificates(),
                    stage.canRequest(this.state) ? this.wishes() : ''),
            }[now] ?? (() => element('div', '', this.certificates(), steps.element(this, {
                isOpen: now === 'sign',
                isOver: now === 'begin' && !!this.state.request,
                told: this.told(),
            }, {
                download: () => now === 'sign' ? this.save() : this.begin(true),
                choose: () => this.choose(),
            })));

            this.part('.ksef-signing').replaceChildren(shown());
            this.toggleButton('request', stage.canRequest(this.state));
            this.toggleButton('startOver', now === 'signed');
            this.nameRequest();
            this.tellTime();
        }

        toggleButton(name, isShown) {
            if (isShown) {
                this.showButton(name);
            } else {
                this.hideButton(name);
            }
        }

        nameRequest() {
            const isBoth = this.state.missing.length > 1;

            this.dialog?.$el.find('button[data-name="request"]').text(this.translate(isBoth ? 'Request Both' : 'Request Missing', 'labels', scope));
        }

        signer() {
            return signer.element(this, this.state.request);
        }

        /** What became of those that were requested, with the reason where KSeF did not issue one. */
        certificates() {
            return this.state.certificates.length ? signedCertificates.element(this, this.state) : '';
        }

        wishes() {
            const box = element('input', 'form-checkbox form-checkbox-simple');

            box.type = 'checkbox';
            box.name = 'withPackage';
            // News takes no tick away.
            box.checked = this.part('[name="withPackage"]')?.checked ?? false;

            return element('label', 'ksef-with-package', box, ' ', this.translate('Make Packages', 'labels', scope));
        }

        /** Why there is no login yet. */
        told() {
            const {request} = this.state;
            const over = {Expired: 'signatureExpired', Ended: 'signatureEnded'}[request?.status];
            const lines = [this.problem, request?.status === 'Refused' ? this.text('signatureRefused') : ''];

            if (request?.problem) {
                lines.push(...MessageText.of(this).nodes(request.problem));
            } else if (over) {
                lines.push(this.text(over));
            }

            if (request?.problem?.code === unidentified) {
                const label = this.translate('Download by Fingerprint', 'labels', scope);

                lines.push(actions([button(label, () => this.begin(true, true))]));
            }

            return lines.some(Boolean) ?
                element('div', 'alert alert-danger ksef-not-signed', ...lines.map(line => element('div', '', line))) :
                '';
        }

        tellTime() {
            if (stage.of(this.state) !== 'sign' || !this.element) {
                return;
            }

            if (this.secondsLeft === 0) {
                this.state.request.status = 'Expired';
                this.state.request.problem = null;
                this.show();

                return;
            }

            this.part('.ksef-time-left').textContent =
                this.text('signatureTimeLeft', {time: stage.time(this.secondsLeft)});
        }

        /** A new file. */
        async begin(isSaved = false, byFingerprint = false) {
            if (await this.answered(server.begin(this, byFingerprint)) && isSaved) {
                this.save();
            }
        }

        save() {
            download(`AuthTokenRequest-${this.model.get('nip')}.xml`, this.state.request.document);
        }

        choose() {
            this.part('input[type="file"]').click();
        }

        async handIn(file) {
            if (!file) {
                return;
            }

            const kilobytes = Math.ceil(file.size / kilobyte);

            if (stage.of(this.state) !== 'sign') {
                this.tell(this.text('signatureNoDocument'));
            } else if (kilobytes > mostKilobytes) {
                this.tell(this.text('signatureFileTooLarge', {file: file.name, size: kilobytes}));
            } else {
                const content = base64.encode(new Uint8Array(await file.arrayBuffer()));

                await this.answered(server.handIn(this, content));
            }
        }

        /** What is wrong with what was dropped; where nothing can be dropped it is passed over. */
        tell(problem) {
            if (this.part('.ksef-drop')) {
                this.problem = problem;

                if (this.state.request) {
                    this.state.request.problem = null;
                }

                this.show();
            }
        }

        async request() {
            const {request} = this.state;
            const withPackage = !!this.part('[name="withPackage"]')?.checked;

            this.disableButton('request');

            try {
                const answer = await server.requestCertificates(this, withPackage);

                if (answer && this.element) {
                    this.take({...answer, request});
                    this.show();
                    this.poll();
                }

                if (answer?.packages.length) {
                    packagePassword.showAll(this, answer.packages);
                }
            } finally {
                this.enableButton('request');
            }
        }

        /** @returns {Promise<boolean>} Whether there was an answer, which is shown. */
        async answered(asked) {
            const answer = await asked;

            if (!answer || !this.element) {
                return false;
            }

            this.problem = '';
            this.take(answer);
            this.show();
            this.poll();

            return true;
        }

        /** Ask again as long as KSeF is at work. */
        poll() {
            clearTimeout(this.polling);

            if (this.element && stage.isUnderWay(this.state)) {
                this.polling = setTimeout(() => this.askAgain(), pollMilliseconds);
            }
        }

        async askAgain() {
            const seen = this.state;

            await Promise.all(seen.certificates.filter(each => each.status === 'Requested').map(server.collect));

            const answer = await server.readQuietly(this);

            // What was asked meanwhile has its own answer.
            if (answer && this.element && this.state === seen) {
                this.take(answer);

                // Else whoever reads, ticks or listens would begin anew.
                if (stage.isNews(seen, answer)) {
                    this.show();
                }
            }

            this.poll();
        }

        part(selector) {
            return this.element.querySelector(selector);
        }

        text(key, values = {}) {
            return messagesOf(this)(key, values);
        }
    };
});
