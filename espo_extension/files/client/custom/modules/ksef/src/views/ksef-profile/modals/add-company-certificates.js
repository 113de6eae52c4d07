/** Certificates that make their profile, or go into the one that their company has in an environment already. */
define('modules/ksef/views/ksef-profile/modals/add-company-certificates', [
    'model',
    'modules/ksef/views/ksef-profile/modals/add-certificates',
    'modules/ksef/certificate-files/intended-profile',
], (Model, AddCertificates, intendedProfile) => {
    const environments = ['Production', 'Demo', 'Test'];

    return class extends AddCertificates {
        /** What somebody chose stays; what a certificate told goes with it. */
        isEnvironmentChosen = false

        setup() {
            super.setup();

            const label = key => this.translate(key, 'fields', 'KsefProfile');

            this.headerText = this.translate('Add Certificates', 'labels', 'KsefProfile');
            this.context = new Model({environment: null, nip: null});
            this.context.name = 'KsefCompanyCertificates';
            this.context.setDefs({
                fields: {
                    environment: {
                        type: 'enum',
                        options: environments,
                        required: true,
                        translation: 'KsefProfile.options.environment',
                        view: 'modules/ksef/views/ksef-profile/fields/environment',
                    },
                    nip: {
                        type: 'varchar',
                        required: true,
                        maxLength: 10,
                        noSpellCheck: true,
                        view: 'modules/ksef/views/ksef-profile/fields/nip',
                    },
                },
            });
            this.createView('record', 'views/record/edit-for-modal', {
                scope: 'None',
                selector: '.record',
                model: this.context,
                detailLayout: [{rows: [[
                    {name: 'environment', labelText: label('environment')},
                    {name: 'nip', labelText: label('nip')},
                ]]}],
            }, record => record.hideField('nip'));
            this.listenTo(this.context, 'change', (model, {ui} = {}) => ui && this.changeContext(model));
        }

        changeContext(model) {
            this.isEnvironmentChosen ||= model.hasChanged('environment');
            this.sort();
        }

        show() {
            super.show();

            const {name, environment} = intendedProfile.of(this.sorting);
            const record = this.getView('record');

            this.model.set({name});
            this.part('.ksef-profile').replaceChildren(intendedProfile.element(this, this.sorting));

            if (!this.isEnvironmentChosen) {
                this.context.set({environment});
            }

            if (intendedProfile.isNipAsked(this.sorting)) {
                record.showField('nip');
            } else {
                record.hideField('nip');
            }
        }

        /** A field that is hidden is not asked for. */
        store() {
            return this.getView('record').processFetch() ? super.store() : Promise.resolve();
        }

        sent() {
            return {
                ...super.sent(),
                environment: this.isEnvironmentChosen ? this.context.get('environment') : null,
                nip: this.context.get('nip'),
            };
        }

        /** What was shown of the profile, so that nothing else is saved. */
        shown() {
            const {id, environment} = intendedProfile.of(this.sorting);

            return {...super.shown(), environment, profileId: id};
        }

        address(action) {
            return `KsefProfile/${action}`;
        }
    };
});
