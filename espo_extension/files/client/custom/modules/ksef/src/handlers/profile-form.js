/**
 * The form of a profile. What was asked in it is not told again by the save; that one logs in with somebody
 * else's certificate is common, the field itself says so, and no dialog stops anybody for it.
 */
define('modules/ksef/handlers/profile-form', [
    'modules/ksef/certificate/holder',
    'modules/ksef/record/form',
], (certificateHolder, RecordForm) => class extends RecordForm {
    inputs = ['token']

    /** @type {Set<string>} Fields whose holder nobody needs to be told of. */
    known = new Set()

    process() {
        super.process();
        this.view.listenTo(this.view.model, 'ksef-another-nip-wanted', field => this.known.add(field));
    }

    saved() {
        const {model} = this.view;

        this.known.add('authorizationCertificate');

        const isNew = ({code, field}) => !certificateHolder.codes.includes(code) || !this.known.has(field);

        model.set('findings', (model.get('findings') || []).filter(isNew), {silent: true});
        this.known.clear();
    }
});
