/** Around the form of a profile: forgets the typed token and shows what the save brought. */
define('modules/ksef/handlers/profile-form', ['modules/ksef/saved-findings'], savedFindings => class {
    constructor(view) {
        this.view = view;
    }

    process() {
        const {view} = this;

        view.listenTo(view.model, 'after:save', () => {
            view.model.unset('token', {silent: true});
            delete view.attributes?.token;
            savedFindings.show(view);
        });
    }
});
