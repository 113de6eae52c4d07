/** What certificate is to be requested with the login of a profile. */
define('modules/ksef/views/ksef-profile/modals/request-certificate', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/views/modals/form',
], ({fill}, Form) => {
    const recommendedKey = 'EC P-256';
    const keys = [recommendedKey, 'RSA 2048'];
    const types = ['', 'Authentication', 'Offline'];

    return class extends Form {
        templateContent = `
            <p>{{introduction}}</p>
            <div class="record no-side-margin">{{{record}}}</div>
            <p class="small text-muted">{{nameHint}}</p>
            <p class="small text-muted">{{keyHint}}</p>`

        data() {
            return {
                introduction: this.text('requestCertificateIntroduction'),
                nameHint: this.text('requestedNameHint'),
                keyHint: this.text('requestedKeyHint'),
            };
        }

        setup() {
            const label = key => this.translate(key, 'fields', 'KsefCertificate');

            this.headerText = this.translate('Request Certificate', 'labels', 'KsefProfile');
            this.ask({
                name: 'KsefCertificateRequest',
                answers: {type: '', name: '', keyAlgorithm: recommendedKey},
                fields: {
                    type: {
                        type: 'enum',
                        options: types,
                        required: true,
                        translation: 'KsefCertificate.options.type',
                    },
                    name: {
                        type: 'varchar',
                        required: true,
                        maxLength: 255,
                        noSpellCheck: true,
                        view: 'modules/ksef/views/ksef-profile/fields/requested-name',
                    },
                    keyAlgorithm: {
                        type: 'enum',
                        options: keys,
                        required: true,
                        translation: 'KsefProfile.options.requestedKey',
                    },
                },
                rows: [
                    [
                        {name: 'type', labelText: label('type')},
                        {name: 'keyAlgorithm', labelText: label('keyAlgorithm')},
                    ],
                    [{name: 'name', labelText: label('name'), fullWidth: true}],
                ],
                button: {
                    name: 'request',
                    text: this.translate('Request', 'labels', 'KsefProfile'),
                    style: 'primary',
                    onClick: () => this.request(),
                },
            });
        }

        async request() {
            const wanted = this.getView('record').processFetch();

            if (!wanted) {
                return;
            }

            const {type, name, keyAlgorithm} = this.asked.attributes;

            this.disableButton('request');

            try {
                if (await this.options.request({type, name, keyAlgorithm})) {
                    this.close();
                }
            } finally {
                this.enableButton('request');
            }
        }

        text(key) {
            const {model} = this.options;
            const values = {name: model.get('name'), certificate: model.get('authorizationCertificateName')};

            return fill(this.translate(key, 'messages', 'KsefProfile'), values);
        }
    };
});
