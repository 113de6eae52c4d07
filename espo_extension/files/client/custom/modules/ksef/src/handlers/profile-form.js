define('modules/ksef/handlers/profile-form', ['modules/ksef/record-form'], RecordForm => class extends RecordForm {
    inputs = ['token']
});
