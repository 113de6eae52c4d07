/** What certificate is to be requested with the login of a profile. */
define('modules/ksef/views/ksef-profile/modals/request-certificate', [
    'modules/ksef/enrolment/certificate-name',
    'modules/ksef/messages/filled-text',
    'modules/ksef/views/modals/form',
], (certificateName, {fill}, Form) => {
    const recommendedKey = 'EC P-256';
    const keys = [recommendedKey, 'RSA 2048'];
    const types = ['', 'Authentication', 'Offline'];

    /** The one that the profile lacks. */
    const missingType = profile => {
        if (!profile.get('offlineCertificateId')) {
            return 'Offline';
        }

        return profile.get('authorizationCertificateId') ? '' : 'Authentication';
    };

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

            const type = missingType(this.options.model);

            this.headerText = this.translate('Request Certificate', 'labels', 'KsefProfile');
            this.ask({
                name: 'KsefCertificateRequest',
                answers: {type, name: this.proposedName(type), keyAlgorithm: recommendedKey},
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
            this.listenTo(this.asked, 'change:type', () => this.renameWith(this.asked.get('type')));
        }

        /** A name that somebody typed stays. */
        renameWith(type) {
            if (!this.asked.get('name') || this.asked.get('name') === this.proposed) {
                this.asked.set('name', this.proposedName(type));
            }
        }

        proposedName(type) {
            const {model} = this.options;
            const day = this.getDateTime().getToday();

            this.proposed = type && certificateName.propose(
                model.get('companyName') || model.get('name') || '',
                this.getLanguage().translateOption(type, 'type', 'KsefCertificate'),
                fill(this.translate('dayInName_requested', 'messages', 'KsefCertificate'), {day}),
            );

            return this.proposed;
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
