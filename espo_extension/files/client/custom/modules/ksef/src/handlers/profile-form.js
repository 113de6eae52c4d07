define('modules/ksef/handlers/profile-form', [], () => class {
    constructor(view) {
        this.view = view;
    }

    process() {}
});
