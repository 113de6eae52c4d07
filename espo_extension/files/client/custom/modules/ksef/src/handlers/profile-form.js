/** The form of a profile: what was asked in it is not told again by the save. */
define('modules/ksef/handlers/profile-form', ['modules/ksef/certificate-holder', 'modules/ksef/record-form'], (
    certificateHolder,
    RecordForm,
) => class extends RecordForm {
    inputs = ['token']

    /** @type {Set<string>} Fields in which a certificate of another NIP was asked for and wanted. */
    wanted = new Set()

    process() {
        super.process();
        this.view.listenTo(this.view.model, 'ksef-another-nip-wanted', field => this.wanted.add(field));
    }

    saved() {
        const {model} = this.view;
        const isNew = ({code, field}) => code !== certificateHolder.code || !this.wanted.has(field);

        model.set('findings', (model.get('findings') || []).filter(isNew), {silent: true});
        this.wanted.clear();
    }
});
