/** What depends on a certificate that is to be revoked, and why it is. */
define('modules/ksef/views/ksef-certificate/modals/revoke', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
    'modules/ksef/views/modals/form',
], ({fill}, {element, label}, Form) => {
    const scope = 'KsefCertificate';
    const reasons = ['', 'Unspecified', 'Superseded', 'KeyCompromise'];

    return class extends Form {
        setup() {
            const text = key => this.translate(key, 'labels', scope);

            this.headerText = `${text('Revoke')} · ${this.options.model.get('name')}`;
            this.ask({
                name: 'KsefCertificateRevocation',
                answers: {reason: ''},
                fields: {
                    reason: {
                        type: 'enum',
                        options: reasons,
                        required: true,
                        translation: `${scope}.options.revocationReason`,
                    },
                },
                rows: [[{name: 'reason', labelText: text('Reason for Revocation'), fullWidth: true}]],
                button: {name: 'continue', text: text('Continue'), style: 'danger', onClick: () => this.proceed()},
            });
        }

        afterRender() {
            super.afterRender();

            const {profiles, requests, remainingLogins} = this.options.dependents;
            const {model} = this.options;
            const identifier = model.get('identifierValue');

            this.element.querySelector('.ksef-introduction').replaceChildren(
                element('p', 'alert alert-danger', this.text('revokeIntroduction', {name: model.get('name')})),
                ...this.section('Profiles That Use It', profiles.map(each => this.profile(each)),
                    this.text(profiles.length ? 'revokeProfiles' : 'revokeNoProfiles')),
                ...requests.length ? this.section(
                    'Requests Made with It',
                    requests.map(each => element('li', '', each.name)),
                    this.text('revokeRequests'),
                ) : [],
                ...this.section('Other Logins', remainingLogins.map(each => this.profile(each)),
                    this.text(remainingLogins.length ? 'revokeRemaining' : 'revokeNothingRemains', {identifier})),
            );
        }

        section(title, items, text) {
            return [
                element('h5', '', this.translate(title, 'labels', scope)),
                items.length ? element('ul', '', ...items) : '',
                element('p', 'text-muted', text),
            ].filter(each => each !== '');
        }

        profile({name, nip, environment, fields}) {
            const place = this.translate(`environmentOf_${environment}`, 'messages', scope);
            const uses = (fields || []).map(
                field => label('default', this.translate(`linkToProfileUse_${field}`, 'messages', scope)),
            );

            return element('li', '', `${name} (NIP ${nip}, ${place}) `, ...uses.flatMap(use => [use, ' ']));
        }

        proceed() {
            if (!this.getView('record').processFetch()) {
                return;
            }

            const {reason} = this.asked.attributes;

            this.close();
            this.options.revoke(reason);
        }

        text(key, values = {}) {
            return fill(this.translate(key, 'messages', scope), values);
        }
    };
});
