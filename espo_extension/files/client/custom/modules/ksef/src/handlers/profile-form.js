/**
 * The form of a profile. What was asked in it is not told again by the save; that one logs in with somebody
 * else's certificate is common, the field itself says so, and no dialog stops anybody for it.
 */
define('modules/ksef/handlers/profile-form', [
    'modules/ksef/certificate/holder',
    'modules/ksef/profile/connection-test',
    'modules/ksef/profile/credential',
    'modules/ksef/profile/told-by-credential',
    'modules/ksef/record/form',
], (certificateHolder, connectionTest, credential, toldByCredential, RecordForm) => class extends RecordForm {
    inputs = ['token']

    /** @type {Set<string>} Fields whose holder nobody needs to be told of. */
    known = new Set()

    /** @type {Object.<string, string>} What the credential of a new profile has filled in. */
    told = {}

    process() {
        const {view} = this;

        super.process();
        view.listenTo(view.model, 'ksef-another-nip-wanted', field => this.known.add(field));

        if (view.model.isNew()) {
            view.listenTo(view.model, 'ksef-credential-entered', told => this.fillIn(told));
            // A token that was copied in the portal can be pasted at once.
            view.once('after:render', () =>
                view.$el.find('.ksef-token-input textarea').get(0)?.focus({preventScroll: true}));
        }
    }

    /** What is known is not asked for. */
    fillIn(told) {
        const {model} = this.view;

        model.set(toldByCredential.taken(told, name => model.get(name), this.told));
        this.told = told;
    }

    saved() {
        const {model} = this.view;

        this.known.add('authorizationCertificate');

        const isNew = ({code, field}) => !certificateHolder.codes.includes(code) || !this.known.has(field);

        model.set('findings', (model.get('findings') || []).filter(isNew), {silent: true});
        this.known.clear();
        this.testConnection();
    }

    /** A credential that is new to the profile is tried at once; the server then knows nothing of its connection. */
    testConnection() {
        const {model} = this.view;
        const isUntried = model.get('status') === 'Active' && model.get('connectionStatus') === 'NotTested';

        if (isUntried && credential.isHeldBy(model)) {
            connectionTest.run(this.view, {isInPlace: true});
        }
    }
});
